//! The text of a statement reads as it was written.

use sgn::memory::{self, Mark, Snapshot, register, scope};

fn pick<'a, T: From<&'a str>>(text: &'a str) -> T {
    T::from(text)
}

#[rustfmt::skip]
#[sgn::profile]
fn texts(all: &mut Vec<Box<dyn std::any::Any + Send>>) {
    let a: Box<&'static str> = Box::new("x");
    all.push(a);
    let b = pick::<String>(r#"raw "quoted" \n"#);
    all.push(Box::new(b));
    'work: for i in [1, 2].to_vec() {
        all.push(Box::new(i));
        if i > 3 { continue 'work; }
    }
    let d = "two   spaces, and
line".to_string();
    all.push(Box::new(d));
    let e = vec![/* comment */ 1u8, 2, 3]; // trailing
    all.push(Box::new(e));
    let f = Box::new(|x: u32| -> u8 { x as u8 } as fn(u32) -> u8);
    all.push(f);
    let g = format!("{:>5}{{}}{}", 1, '"');
    all.push(Box::new(g));
    let h = b"bytes\xff".to_vec();
    all.push(Box::new(h));
    let i = Box::new(-1i64 as u8 as char != 'x' && !true);
    all.push(i);
    let j: Vec<&'static str> = vec!["日本語", "👩‍🚀"];
    all.push(Box::new(j));
    let k = Box::new((1..=2, ..3, 4..));
    all.push(k);
    let l = first::<u8>(&[1])
        .iter() /* of one */
        .map(|x| x + 1)
        .collect::<Vec<_>>();
    all.push(Box::new(l));
}

fn first<'a, T>(all: &'a [T]) -> &'a [T] {
    &all[..1]
}

#[test]
fn texts_read_as_they_were_written() {
    let owner = "texts";
    assert!(memory::enable());
    let mut all = Vec::new();
    scope(register(owner), || texts(&mut all));
    let snapshot = Snapshot::take();
    let rows = snapshot.sites().filter(|site| site.owner.name() == owner);
    let found: Vec<&str> = rows.filter_map(|site| site.mark.map(Mark::text)).collect();
    for text in [
        "let a: Box<&'static str> = Box::new(\"x\");",
        "let b = pick::<String>(r#\"raw \"quoted\" \\n\"#);",
        "'work: for i in [1, 2].to_vec() {",
        "let d = \"two   spaces, and\\nline\".to_string();",
        "let e = vec![1u8, 2, 3];",
        "let f = Box::new(|x: u32| -> u8 { x as u8 } as fn(u32) -> u…",
        "let g = format!(\"{:>5}{{}}{}\", 1, '\"');",
        "let h = b\"bytes\\xff\".to_vec();",
        "let i = Box::new(-1i64 as u8 as char != 'x' && !true);",
        "let j: Vec<&'static str> = vec![\"日本語\", \"👩‍🚀\"];",
        "let k = Box::new((1..=2, ..3, 4..));",
        "let l = first::<u8>(&[1]).iter().map(|x| x + 1).collect::<V…",
    ] {
        assert!(found.contains(&text), "`{text}` is not in {found:#?}");
    }
}
