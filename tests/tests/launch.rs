//! Launch strings: what they build, and where they say they are wrong.

use sgn::ErrorKind;
use sgn::prelude::*;

/// Counts.
#[sgn::source]
fn ramp(#[prop(default = 3, range = 1..=100)] end: u32, #[state] n: &mut u32) -> Frame<u32> {
    *n += 1;
    Frame::new(*n).with_eos(*n >= end)
}

#[sgn::transform]
fn add(left: u32, right: &u32) -> u32 {
    left + right
}

#[sgn::transform]
struct Fork;

#[sgn::transform]
impl Fork {
    fn pull(&mut self, _x: Frame<u32>) {}

    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Frame<u32> {
        Frame::new(u32::try_from(pad.index()).unwrap_or_default()).with_eos(true)
    }
}

/// Keeps the last number.
#[sgn::sink]
struct Last {
    #[prop(default)]
    label: String,
    #[state]
    last: Option<u32>,
}

#[sgn::sink]
impl Last {
    fn pull(&mut self, x: &Frame<u32>) {
        self.last = x.data().copied();
    }
}

#[sgn::sink]
fn shout(_text: &String) {}

fn links(text: &str) -> Vec<String> {
    let pipeline = sgn::launch::pipeline(text).expect("the text is well");
    let links = pipeline.pad_links();
    links
        .iter()
        .map(|(from, to)| format!("{from} {to}"))
        .collect()
}

fn last(pipeline: &Pipeline, name: &str) -> Option<u32> {
    pipeline
        .element_by_name::<Last>(name)
        .and_then(|sink| sink.last)
}

#[test]
fn a_chain_runs() -> sgn::Result<()> {
    let mut pipeline = sgn::launch::pipeline("ramp end=5 ! last name=end label='two words'")?;
    pipeline.run()?;
    assert_eq!(last(&pipeline, "end"), Some(5));
    let sink = pipeline.element_by_name::<Last>("end");
    assert_eq!(sink.map(|sink| sink.label.as_str()), Some("two words"));
    Ok(())
}

#[test]
fn links_are_made_as_said() {
    assert_eq!(links("ramp!last"), ["ramp0:src:out last0:snk:x"]);
    assert_eq!(
        links("ramp name=src ! last  src. ! last"),
        ["src:src:out last0:snk:x", "src:src:out last1:snk:x"]
    );
    assert_eq!(
        links("ramp name=a ! add.left  ramp ! add.right  add name=add ! last"),
        [
            "a:src:out add:snk:left",
            "add:src:out last0:snk:x",
            "ramp0:src:out add:snk:right"
        ]
    );
    assert_eq!(
        links("ramp ! fork name=f source_pads=a,b  f.b ! last name=y  f.a ! last name=x"),
        [
            "f:src:a x:snk:x",
            "f:src:b y:snk:x",
            "ramp0:src:out f:snk:x"
        ]
    );
    assert_eq!(
        links("ramp name='my ramp' ! last.x last name=last \"my ramp\". ! last name=\"b\""),
        ["my ramp:src:out b:snk:x", "my ramp:src:out last:snk:x"]
    );
    assert_eq!(
        links("launch::ramp name=last0 ! Last"),
        ["last0:src:out last1:snk:x"]
    );
}

#[test]
fn every_mistake_has_its_place() {
    use ErrorKind as Kind;
    let cases: [(&str, Kind, &str, &str); 27] = [
        ("", Kind::LaunchSyntax, "", "there is no element"),
        ("ramp !", Kind::LaunchSyntax, "!", "none after this one"),
        ("! last", Kind::LaunchSyntax, "!", "none before this one"),
        ("ramp ! ! last", Kind::LaunchSyntax, "!", "remove one"),
        (
            "end=3 ! last",
            Kind::LaunchSyntax,
            "end=3",
            "name the element first",
        ),
        (
            "ramp ! end=3 last",
            Kind::LaunchSyntax,
            "end=3",
            "name the element first",
        ),
        (
            "ramp =3 ! last",
            Kind::LaunchSyntax,
            "=3",
            "a property has a name",
        ),
        (
            "ramp name=r ! last r. end=3 ! last",
            Kind::LaunchSyntax,
            "end=3",
            "not a reference",
        ),
        ("ramp name=r r.", Kind::LaunchSyntax, "r.", "links nothing"),
        (
            "ramp ! a.x ! last add name=a",
            Kind::LaunchSyntax,
            "a.x",
            "end the chain here",
        ),
        (
            ".x ! last",
            Kind::LaunchSyntax,
            ".x",
            "a reference names an element",
        ),
        (
            "ramp ! last label='x",
            Kind::LaunchSyntax,
            "'x",
            "never closed",
        ),
        (
            "ramp ! last label=x\\",
            Kind::LaunchSyntax,
            "\\",
            "backslash",
        ),
        (
            "ramp name=r name=q ! last",
            Kind::LaunchSyntax,
            "name",
            "one name",
        ),
        (
            "ram ! last",
            Kind::UnknownElement,
            "ram",
            "did you mean `ramp`?",
        ),
        (
            "ramp nd=3 ! last",
            Kind::UnknownProperty,
            "nd",
            "did you mean `end`?",
        ),
        (
            "ramp end=x ! last",
            Kind::InvalidProperty,
            "x",
            "it is a `u32`",
        ),
        (
            "ramp end=0 ! last",
            Kind::PropertyOutOfRange,
            "0",
            "1..=100",
        ),
        (
            "ramp end=1 end=2 ! last",
            Kind::InvalidProperty,
            "2",
            "twice",
        ),
        (
            "ramp source_pads=a ! last",
            Kind::UnknownProperty,
            "source_pads",
            "are fixed",
        ),
        (
            "ramp ! last eos=both",
            Kind::InvalidProperty,
            "both",
            "`any` or `all`",
        ),
        (
            "ramp name=a ! last name=a",
            Kind::DuplicateElementName,
            "a",
            "taken",
        ),
        (
            "ramp name=src ! last scr. ! last",
            Kind::UnknownElement,
            "scr",
            "did you mean `src`?",
        ),
        (
            "ramp name=r ! last  r.ot ! last",
            Kind::UnknownPad,
            "r.ot",
            "out",
        ),
        (
            "ramp ! shout",
            Kind::PayloadMismatch,
            "!",
            "takes `alloc::string::String`",
        ),
        (
            "iter_source ! last",
            Kind::NotLaunchable,
            "iter_source",
            "it is generic",
        ),
        (
            "ramp ! fork ! last",
            Kind::NoPads,
            "fork",
            "name at least one",
        ),
    ];
    for (text, kind, word, says) in cases {
        let error = sgn::launch::pipeline(text).expect_err(text);
        let [problem] = error.problems() else {
            panic!("one mistake is one problem:\n{error}");
        };
        assert_eq!(problem.kind, kind, "{error}");
        assert_eq!(&text[problem.place.clone()], word, "{error}");
        assert!(problem.message.contains(says), "{error}");
    }
}

#[test]
fn what_is_not_linked_is_reported_where_it_is_made() {
    let error =
        sgn::launch::pipeline("ramp  ramp name=b ! last").expect_err("one ramp feeds nothing");
    let [problem] = error.problems() else {
        panic!("one problem:\n{error}");
    };
    assert_eq!(
        (problem.kind, problem.place.clone()),
        (ErrorKind::UnlinkedSourcePad, 0..4)
    );
    let error =
        sgn::launch::pipeline("ramp ! add.left  add name=add ! last").expect_err("no right");
    assert_eq!(error.problems()[0].place, 17..20, "{error}");
}

#[test]
fn all_mistakes_are_told_at_once_with_carets() {
    let error = sgn::launch::pipeline("ramp end=x\n\t! lst").expect_err("two mistakes");
    let expected = "\
property `end` of element `ramp0` cannot be `x`: invalid digit found in string; it is a `u32`
  ramp end=x
           ^
no element `lst` is linked into this program; did you mean `last`? An element of another crate is there only if the program names the crate: `use my_elements as _;`
  \\t! lst
      ^^^";
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.line_and_column(&error.problems()[1]), (2, 4));
    let error = sgn::Error::from(error);
    assert_eq!(error.kind(), ErrorKind::Several);
    assert_eq!(error.problems().len(), 2);
    assert_eq!(error.problems()[0].kind(), ErrorKind::InvalidProperty);
    let expected = "
  - property `end` of element `ramp0` cannot be `x`: invalid digit found in string; it is a `u32`
      |   ramp end=x
      |            ^
  - no element `lst`";
    assert!(error.to_string().contains(expected), "{error}");
}

/// The line of the text and the carets below it, as they are shown.
fn pointed(text: &str) -> (String, String) {
    let error = sgn::launch::pipeline(text).expect_err(text).to_string();
    let (before, carets) = error.rsplit_once('\n').expect("there are carets");
    let (_, shown) = before.rsplit_once('\n').expect("there is the line");
    (shown.to_owned(), carets.to_owned())
}

#[test]
fn wide_characters_have_carets_under_them() {
    let (shown, carets) = pointed("ramp name=日本 ! 語語");
    assert_eq!(shown, "  ramp name=日本 ! 語語");
    assert_eq!(carets, "                   ^^^^");
    let (shown, carets) = pointed("ramp name=🎉🎉 nd=e\u{301} ! last");
    assert_eq!(shown, "  ramp name=🎉🎉 nd=e\u{301} ! last");
    assert_eq!(carets, "                 ^^");
    let (shown, carets) = pointed("ramp end='\u{1b}[2J' ! last");
    assert_eq!(shown, r"  ramp end='\u{1b}[2J' ! last");
    assert_eq!(carets, "           ^^^^^^^^^^^");
}

#[test]
fn a_message_does_not_blow_up() {
    let many = "x=1 ".repeat(20_000);
    let error = sgn::launch::pipeline(&many).expect_err("no element");
    assert_eq!((error.problems().len(), error.left_out()), (20, 19_980));
    let text = error.to_string();
    assert!(text.ends_with("and 19980 more problems"), "{}", text.len());
    assert!(text.len() < 10_000, "{}", text.len());
    assert!(format!("{:?}", sgn::Error::from(error)).len() < 10_000);

    let long = "y".repeat(50_000);
    for text in [
        format!("{long} ! last"),
        format!("ramp {long}=1 ! last"),
        format!("ramp end={long} ! last"),
        format!("ramp name={long} ! last {long}2. ! last"),
        format!("ramp ! {}", "nothing ".repeat(5000)),
        format!("ramp name=a {}", "b. ! last ".repeat(5000)),
        "ramp ".repeat(5000),
        format!("ramp {long}! {} last", "\n".repeat(5000)),
    ] {
        let error = sgn::launch::pipeline(&text).expect_err("it is wrong");
        let shown = error.to_string();
        assert!(shown.len() < 60_000, "{} of {}", shown.len(), text.len());
        let widest = shown.lines().map(|line| line.chars().count()).max();
        assert!(widest < Some(2200), "{widest:?}");
    }
}

#[test]
fn a_long_line_is_shown_around_the_caret() {
    let blanks = " ".repeat(300);
    let (shown, carets) = pointed(&format!("ramp {blanks}! lst{blanks}! last"));
    assert_eq!(shown, "  …".to_owned() + &" ".repeat(34) + "! lst…");
    assert_eq!(carets, " ".repeat(39) + "^^^");
    let (shown, carets) = pointed(&format!("ram {blanks}! last"));
    assert_eq!((shown.as_str(), carets.as_str()), ("  ram…", "  ^^^"));
}

/// Has properties that are called like words of the launch language.
#[sgn::sink]
struct Named {
    #[prop]
    name: String,
    #[prop(default)]
    eos: String,
    #[state]
    seen: u32,
}

#[sgn::sink]
impl Named {
    fn pull(&mut self, _x: &Frame<u32>) {
        self.seen += 1;
    }
}

#[test]
fn a_property_is_not_lost_to_a_word_of_the_language() {
    let named = |text: &str, element: &str| {
        let pipeline = sgn::launch::pipeline(text).expect(text);
        let found = pipeline.element_by_name::<Named>(element).expect(text);
        (found.name.clone(), found.eos.clone())
    };
    let both = |name: &str, eos: &str| (name.to_owned(), eos.to_owned());
    assert_eq!(named("ramp ! named .name=bob", "named0"), both("bob", ""));
    assert_eq!(
        named("ramp ! named name=it .name=bob", "it"),
        both("bob", "")
    );
    assert_eq!(
        named("ramp ! named .name=bob .eos=never eos=any", "named0"),
        both("bob", "never")
    );
    for (text, says) in [
        ("ramp ! named name=bob", "write `.name=` for the property"),
        (
            "ramp ! named .name=bob eos=any",
            "write `.eos=` for the property",
        ),
        ("ramp ! named .name=bob .name=it", "given twice"),
        ("ramp .end=1 end=2 ! last", "given twice"),
        ("ramp .ned=1 ! last", "no property `.ned`"),
    ] {
        let error = sgn::launch::pipeline(text).expect_err(text);
        assert!(error.to_string().contains(says), "{error}");
    }
    assert_eq!(last_of("ramp .end=2 ! last name=end"), Some(2));
}

fn last_of(text: &str) -> Option<u32> {
    let mut pipeline = sgn::launch::pipeline(text).expect(text);
    pipeline.run().expect(text);
    last(&pipeline, "end")
}

#[test]
fn no_text_makes_it_panic() {
    let words = [
        "ramp", "!", "last", "a.", "=", "'", "\"", "\\", ".", ",", "é", " ", "name=a", "\n",
    ];
    let mut state: usize = 12345;
    for _ in 0..5000 {
        let mut text = String::new();
        for _ in 0..6 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(words[(state >> 33) % words.len()]);
        }
        if let Err(error) = sgn::launch::pipeline(&text) {
            assert!(!error.problems().is_empty());
            assert!(error.to_string().contains('^'), "{text:?}");
        }
    }
}
