//! A recorded run as one page that a browser shows, without a network.
//!
//! The page consists of `page.html`, the files of `style/` and those of `script/`, and of the run as JSON in an element
//! that no browser executes. The texts of the run come into the document as texts and as values of attributes, in
//! `script/dom.js`. Besides, the page's policy lets a browser execute only the script with the digest of ours, and load
//! nothing, wherever from.

mod digest;
mod embed;

use std::io::{self, Write};

use self::digest::sha256_base64;
use self::embed::Embedded;
use super::json;
use crate::recording::run::Run;

const PAGE: &str = include_str!("page.html");

const STYLES: [&str; 4] = [
    include_str!("style/colours.css"),
    include_str!("style/page.css"),
    include_str!("style/views.css"),
    include_str!("style/narrow.css"),
];

const SCRIPTS: [&str; 22] = [
    include_str!("script/units.js"),
    include_str!("script/dom.js"),
    include_str!("script/data.js"),
    include_str!("script/state.js"),
    include_str!("script/numbers.js"),
    include_str!("script/scale.js"),
    include_str!("script/spark.js"),
    include_str!("script/verdict.js"),
    include_str!("script/chart.js"),
    include_str!("script/range.js"),
    include_str!("script/icicle.js"),
    include_str!("script/holders.js"),
    include_str!("script/findings.js"),
    include_str!("script/layout.js"),
    include_str!("script/graph.js"),
    include_str!("script/table.js"),
    include_str!("script/detail.js"),
    include_str!("script/about.js"),
    include_str!("script/theme.js"),
    include_str!("script/controls.js"),
    include_str!("script/keyboard.js"),
    include_str!("script/main.js"),
];

/// Writes the page that shows `run`.
pub(crate) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let style = joined(&STYLES);
    // One function, so that no name of the script becomes one of the window.
    let script = format!("\"use strict\";\n(() => {{\n{}}})();", joined(&SCRIPTS));
    let policy = policy(&style, &script);
    let mut rest = PAGE;
    while let Some((text, (name, after))) = next_place(rest) {
        out.write_all(text.as_bytes())?;
        match name {
            "policy" => out.write_all(policy.as_bytes())?,
            "style" => out.write_all(style.as_bytes())?,
            "script" => out.write_all(script.as_bytes())?,
            _ => json::write(run, &mut Embedded::new(out))?,
        }
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

/// Splits a text at `{{name}}`.
fn next_place(text: &str) -> Option<(&str, (&str, &str))> {
    let (before, rest) = text.split_once("{{")?;
    Some((before, rest.split_once("}}")?))
}

/// Returns the files as one, with the line ends that a browser makes of all others before it takes the digest.
fn joined(files: &[&str]) -> String {
    files.concat().replace('\r', "")
}

/// Returns the policy under which a browser shows the page: our style and our script, and nothing else.
fn policy(style: &str, script: &str) -> String {
    let (style, script) = (sha256_base64(style), sha256_base64(script));
    format!(
        "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; \
         base-uri 'none'; form-action 'none'"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::recording::run::made;

    /// The most bytes of a page without its data.
    const LARGEST: usize = 200 << 10;

    fn written(run: &Run) -> String {
        let mut out = Vec::new();
        write(run, &mut out).expect("a Vec takes all");
        String::from_utf8(out).expect("it is text")
    }

    /// Returns the text between two texts, each of which is there once.
    fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
        let (_, rest) = text.split_once(start).expect("it begins");
        rest.split_once(end).expect("it ends").0
    }

    #[test]
    fn a_page_without_data_is_small() {
        let length = written(&Run::default()).len();
        assert!(length <= LARGEST, "{length} bytes");
    }

    #[test]
    fn all_places_of_the_page_are_filled() {
        let page = written(&Run::default());
        assert_eq!(page.matches("<script").count(), 2);
        assert_eq!(page.matches("</script").count(), 2);
        assert_eq!(page.matches("</style").count(), 1);
        assert!(!page.contains("{{"), "a place is left");
        let mut rest = PAGE;
        while let Some((_, (name, after))) = next_place(rest) {
            assert!(
                ["policy", "style", "script", "run"].contains(&name),
                "{name}"
            );
            rest = after;
        }
    }

    #[test]
    fn the_script_writes_no_markup_and_asks_no_server() {
        let page = written(&Run::default());
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "Function(",
            "fetch(",
            "XMLHttpRequest",
            "import(",
            "src=",
            "url(",
            "@import",
            "https:",
        ] {
            assert!(!page.contains(word), "{word}");
        }
        let script = SCRIPTS.concat();
        let addresses = script.matches("http").count();
        assert_eq!(addresses, 1, "the namespace of SVG is no address to ask");
    }

    #[test]
    fn no_text_ends_the_element_that_holds_the_run() {
        let text = "</script><script>alert(1)</script><!--<script>&lt;\u{2028}\u{2029}]]>";
        let mut run = made::run(text, text, 3);
        run.program.name = String::from(text);
        run.elements[1].kind = String::from(text);
        run.cut = Some(String::from(text));
        let page = written(&run);
        assert_eq!(page.matches("<script").count(), 2);
        assert_eq!(page.matches("</script").count(), 2);
        let json = between(&page, "id=\"run\">", "</script>");
        assert!(
            !json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']),
            "{json}"
        );
        let read: Value = serde_json::from_str(json).expect("it is JSON");
        assert_eq!(read["program"]["name"], text);
        assert_eq!(read["lines"][2]["text"], text);
    }

    #[test]
    fn the_policy_names_what_the_page_holds() {
        let page = written(&Run::default());
        let policy = between(&page, "Policy\" content=\"", "\">");
        let style = between(&page, "<style>", "</style>");
        let (_, script) = page.rsplit_once("<script>").expect("there is one");
        let (script, _) = script.split_once("</script>").expect("it ends");
        assert!(policy.contains(&format!("script-src 'sha256-{}'", sha256_base64(script))));
        assert!(policy.contains(&format!("style-src 'sha256-{}'", sha256_base64(style))));
    }
}
