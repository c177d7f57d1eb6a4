//! What a body looks like with its marks.

use quote::ToTokens as _;
use syn::parse_quote;

use super::*;

/// The marked body, with `mark(n);` for marks and `after(n);` and `caller();` for guards, and the marks' lines.
fn marked(body: &str) -> (String, Vec<usize>) {
    let mut block: Block = syn::parse_str(body).expect("the sample is Rust");
    let private = quote!(p);
    let caller = quote!(#private::MarkScope::enter());
    let mut rewriter = Rewriter::new(&private, "f", &caller);
    rewriter.body(&mut block);
    let lines = rewriter
        .marks()
        .iter()
        .map(|mark| {
            let words = mark.to_string();
            let line = words.split(',').nth(1).expect("a line");
            line.trim().parse().expect("a number")
        })
        .collect();
    let text = block.to_token_stream().to_string();
    let text = text
        .replace("p :: mark (& __SGN_MARKS [", "mark(")
        .replace("let __sgn_line = p :: MarkAfter (& __SGN_MARKS [", "after(")
        .replace("let __sgn_line = p :: MarkScope :: enter () ;", "caller();")
        .replace("]) ;", ");");
    (text, lines)
}

#[track_caller]
fn check(body: &str, expected: &str, expected_lines: &[usize]) {
    let (text, lines) = marked(body);
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(squeezed(&text), squeezed(expected), "{text}");
    assert_eq!(lines, expected_lines);
}

#[test]
fn only_loud_statements_are_marked() {
    check(
        "{\n let a = x + 1;\n let b = f(a);\n b\n }",
        "{ let a = x + 1; mark(0); let b = f(a); b }",
        &[3],
    );
    check(
        "{\n self.count += 1;\n Frame::new(self.count)\n }",
        "{ self.count += 1; Frame::new(self.count) }",
        &[],
    );
}

#[test]
fn a_tail_is_marked_and_stays_a_tail() {
    check(
        "{\n x.iter().map(|x| x.to_string())\n }",
        "{ mark(0); x.iter().map(|x| x.to_string()) }",
        &[2],
    );
}

#[test]
fn one_mark_is_hoisted_out_of_pure_loops() {
    check(
        "{\n for i in 0..n {\n for j in 0..n {\n if j > 3 {\n v.push(j);\n }\n }\n }\n }",
        "{ mark(0); for i in 0..n { for j in 0..n { if j > 3 { v.push(j); } } } }",
        &[5],
    );
}

#[test]
fn two_marks_stay_in_their_loop() {
    check(
        "{\n for i in 0..n {\n a.push(i);\n b.push(i);\n }\n }",
        "{ for i in 0..n { mark(0); a.push(i); mark(1); b.push(i); } }",
        &[3, 4],
    );
}

#[test]
fn a_loop_whose_head_allocates_gets_its_line_back() {
    check(
        "{\n while let Some(x) = it.next() {\n v.push(x);\n }\n }",
        "{ mark(0); while let Some(x) = it.next() { after(0); mark(1); v.push(x); } }",
        &[2, 3],
    );
    check(
        "{\n for line in lines {\n if line == 3 {\n continue;\n }\n v.push(line);\n }\n }",
        "{ mark(0); for line in lines { after(0); if line == 3 { continue; } mark(1); v.push(line); } }",
        &[2, 6],
    );
}

#[test]
fn closures_give_their_callers_line_back() {
    check(
        "{\n xs.iter().for_each(|x| {\n v.push(x);\n });\n }",
        "{ xs.iter().for_each(|x| { caller(); mark(0); v.push(x); }); }",
        &[3],
    );
    check(
        "{\n let f = |x| match x {\n 1 => {\n g();\n }\n _ => {}\n };\n }",
        "{ let f = |x| match x { 1 => { caller(); mark(0); g(); } _ => {} }; }",
        &[4],
    );
}

#[test]
fn a_block_in_the_middle_of_a_statement_gives_its_line_back() {
    check(
        "{\n let s = wrap(if a {\n f()\n } else {\n b\n });\n }",
        "{ mark(0); let s = wrap(if a { after(0); mark(1); f() } else { b }); }",
        &[2, 3],
    );
    check(
        "{\n let s = if a {\n f()\n } else {\n b\n };\n }",
        "{ let s = if a { mark(0); f() } else { b }; }",
        &[3],
    );
}

#[test]
fn what_begins_on_a_statements_line_belongs_to_it() {
    check(
        "{\n if a { f(); }\n for x in 0..3 { g(x); }\n let h = |x| { k(x) };\n }",
        "{ mark(0); if a { f(); } mark(1); for x in 0..3 { g(x); } mark(2); let h = |x| { k(x) }; }",
        &[2, 3, 4],
    );
}

#[test]
fn nothing_is_entered_that_is_not_run_here() {
    for body in [
        "{\n fn inner() {\n f();\n }\n }",
        "{\n const A: usize = {\n f()\n };\n }",
        "{\n let later = async {\n f().await\n };\n }",
        "{\n let later = async || {\n f().await\n };\n }",
        "{\n let a: [u8; {\n f()\n }] = b;\n }",
        "{\n let a = const {\n f()\n };\n }",
    ] {
        assert_eq!(marked(body).1, Vec::<usize>::new(), "{body}");
    }
}

#[test]
fn a_mark_has_the_cfg_of_its_statement() {
    check(
        "{\n #[cfg(unix)]\n f();\n }",
        "{ #[cfg(unix)] mark(0); #[cfg(unix)] f(); }",
        &[3],
    );
}

#[test]
fn let_else_match_and_labels() {
    check(
        "{\n let Some(x) = y else {\n f();\n return;\n };\n match x {\n 1 => {\n g()\n }\n 2 => h(),\n _ => 'a: {\n break 'a k();\n }\n }\n }",
        "{ let Some(x) = y else { mark(0); f(); return; };
           mark(1); match x { 1 => { mark(2); g() } 2 => h(), _ => 'a: { mark(3); break 'a k(); } } }",
        &[3, 6, 8, 12],
    );
}

#[test]
fn constant_and_async_functions_are_left_alone() {
    let private = quote!(p);
    for source in ["const fn f() { g(); }", "async fn f() { g(); }"] {
        let mut method: ImplItemFn = syn::parse_str(source).expect("a function");
        mark_method(&mut method, None, Entry::Helper(None), &private);
        assert_eq!(method.block.stmts.len(), 1, "{source}");
    }
    let mut method: ImplItemFn = parse_quote!(
        #[sgn::profile(owner = "a")]
        fn f() {
            g();
        }
    );
    mark_method(&mut method, None, Entry::Helper(None), &private);
    assert_eq!(method.block.stmts.len(), 1, "its own attribute marks it");
}
