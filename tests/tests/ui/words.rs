//! What the compiler says, without what differs from machine to machine or moves with every edit of the library.

/// What is counted after the errors.
const SUMMARIES: [&str; 5] = [
    "error: aborting due to ",
    "Some errors have detailed explanations: ",
    "For more information about an error, try `rustc --explain ",
    "For more information about this error, try `rustc --explain ",
    "note: the full name for the type has been written to ",
];

/// The words to be compared.
pub(crate) fn normal(said: &str) -> String {
    let is_summary = |line: &&str| SUMMARIES.iter().any(|start| line.starts_with(start));
    let lines: Vec<&str> = said.lines().filter(|line| !is_summary(line)).collect();
    let mut normal = String::new();
    let starts = |line: &str| line.starts_with("error") || line.starts_with("warning");
    let mut rest = &lines[..];
    while !rest.is_empty() {
        let length = rest[1..].iter().position(|line| starts(line));
        let (one, others) = rest.split_at(length.map_or(rest.len(), |position| position + 1));
        for line in one_error(one) {
            normal.push_str(line.trim_end());
            normal.push('\n');
        }
        rest = others;
    }
    format!("{}\n", normal.trim_end())
}

/// The lines of an error, with what is shown of other crates without the numbers of its lines.
fn one_error(lines: &[&str]) -> Vec<String> {
    let mut is_foreign = false;
    let mut was_foreign = false;
    let mut normal: Vec<String> = Vec::new();
    for line in lines {
        let mut line = on_every_machine(line);
        if let Some(place) = place(&line) {
            is_foreign = !place.starts_with("tests/ui/");
            if let Some((path, _)) = line.split_once(".rs:").filter(|_| is_foreign) {
                line = format!("{path}.rs");
            }
        } else if is_foreign {
            let digits = number(&line).len();
            is_foreign = digits > 0 || line.trim_start().starts_with(['|', '.']);
            let begin = line.len() - line.trim_start().len();
            line.replace_range(begin..begin + digits, &" ".repeat(digits));
        }
        was_foreign |= is_foreign;
        normal.push(line);
    }
    if was_foreign { narrow(&normal) } else { normal }
}

/// The line with paths that every machine has, and without a number of what there is besides.
fn on_every_machine(line: &str) -> String {
    if let Some(path) = place(line).filter(|path| path.starts_with('/'))
        && let Some((others, _)) = path.split_once("/library/")
    {
        return line.replace(&format!("{others}/library"), "$RUST");
    }
    let text = line.trim_start();
    let counted = text
        .strip_prefix("and ")
        .and_then(|rest| rest.strip_suffix(" others"));
    match counted {
        Some(count) if count.bytes().all(|digit| digit.is_ascii_digit()) => {
            line.replace(count, "$N")
        }
        _ => line.to_owned(),
    }
}

/// The path that a line with an arrow shows.
fn place(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("--> ")
        .or_else(|| line.strip_prefix("::: "))
}

/// The number of a line of source, with which what is shown of it begins.
fn number(line: &str) -> &str {
    let line = line.trim_start();
    let end = line.find(|c: char| !c.is_ascii_digit());
    let (number, rest) = line.split_at(end.unwrap_or(line.len()));
    let is_source = [" |", " -", " +", " ~"]
        .iter()
        .any(|edge| rest.starts_with(edge));
    if is_source { number } else { "" }
}

/// Takes away the room that only the numbers of other crates needed.
fn narrow(lines: &[String]) -> Vec<String> {
    let arrow = lines.iter().find_map(|line| line.find("--> "));
    let own = lines.iter().map(|line| number(line).len()).max();
    let room = arrow.unwrap_or(0).saturating_sub(own.unwrap_or(0));
    let spaces = " ".repeat(room);
    let shorter = |line: &String| line.strip_prefix(&spaces).unwrap_or(line).to_owned();
    lines.iter().map(shorter).collect()
}
