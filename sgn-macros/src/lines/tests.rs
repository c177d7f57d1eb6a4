//! What a body looks like with its marks.

use quote::ToTokens as _;
use syn::parse_quote;

use super::*;

/// The marked body, with `mark(n);` for marks and `after(n);` and `caller();` for guards, and the marks' lines.
fn marked(body: &str) -> (String, Vec<usize>) {
    let mut block: Block = syn::parse_str(body).expect("the sample is Rust");
    let private = quote!(p);
    let known = Known::new(&parse_quote!(fn f(n: usize, a: f32)), &block);
    let caller = quote!(#private::MarkScope::enter());
    let mark_inner = |item: &mut Item| mark_item(item, Entry::Helper(None), &private);
    let mut rewriter = Rewriter::new(Marks::new(&private, "f"), &known, &caller, &mark_inner);
    rewriter.body(&mut block);
    let lines = rewriter
        .into_marks()
        .all()
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
fn only_what_calls_nothing_is_not_marked() {
    check(
        "{\n let b = n + 1;\n let c = f(b);\n c\n }",
        "{ let b = n + 1; mark(0); let c = f(b); c }",
        &[3],
    );
    check(
        "{\n self.count += 1;\n self.len()\n }",
        "{ mark(0); self.count += 1; mark(1); self.len() }",
        &[2, 3],
    );
}

#[test]
fn a_line_is_marked_once() {
    check("{ f(); g(); h() }", "{ mark(0); f(); g(); h() }", &[1]);
}

#[test]
fn a_tail_is_marked_and_stays_a_tail() {
    check(
        "{\n x.iter().map(|x| x * 2)\n }",
        "{ mark(0); x.iter().map(|x| x * 2) }",
        &[2],
    );
}

#[test]
fn a_tight_loop_is_one_statement() {
    check(
        "{\n f();\n for i in 0..n {\n for x in xs.iter_mut() {\n *x += a[i].abs();\n }\n }\n }",
        "{ mark(0); f(); mark(1); for i in 0..n { for x in xs.iter_mut() { *x += a[i].abs(); } } }",
        &[2, 3],
    );
}

#[test]
fn all_of_another_loop_is_marked() {
    check(
        "{\n for i in 0..n {\n v.push(i);\n w[i] += a;\n let b = i + 1;\n }\n }",
        "{ for i in 0..n { mark(0); v.push(i); mark(1); w[i] += a; let b = i + 1; } }",
        &[3, 4],
    );
}

#[test]
fn a_loop_whose_head_is_evaluated_again_gets_its_line_back() {
    check(
        "{\n while let Some(x) = it.next() {\n v.push(x);\n }\n }",
        "{ mark(0); while let Some(x) = it.next() { mark(1); after(0); v.push(x); } }",
        &[2, 3],
    );
    check(
        "{\n for line in lines {\n if n == 3 {\n continue;\n }\n v.push(line);\n }\n }",
        "{ mark(0); for line in lines { after(0); if n == 3 { mark(1); continue; } mark(2); v.push(line); } }",
        &[2, 4, 6],
    );
}

#[test]
fn variables_are_dropped_at_the_line_of_their_block() {
    check(
        "{\n if n > 3 {\n let b = f();\n g(&b);\n }\n h();\n }",
        "{ if n > 3 { mark(0); let b = f(); mark(1); after(2); g(&b); } mark(3); h(); }",
        &[3, 4, 2, 6],
    );
    check(
        "{\n if n > 3 {\n let b = f();\n g(b);\n }\n h();\n }",
        "{ if n > 3 { mark(0); let b = f(); mark(1); g(b); } mark(2); h(); }",
        &[3, 4, 6],
    );
}

#[test]
fn closures_give_their_callers_line_back() {
    check(
        "{\n xs.iter().for_each(|x| {\n v.push(x);\n });\n }",
        "{ mark(0); xs.iter().for_each(|x| { caller(); mark(1); v.push(x); }); }",
        &[2, 3],
    );
    check(
        "{\n let f = |x| match x {\n 1 => {\n g();\n }\n _ => {}\n };\n }",
        "{ let f = |x| { caller(); match x { 1 => { mark(0); g(); } _ => {} } }; }",
        &[4],
    );
}

#[test]
fn closures_that_are_no_blocks_are_marked() {
    check(
        "{\n let f = |x| pool.get(x);\n f(1)\n }",
        "{ let f = |x| { caller(); mark(0); pool.get(x) }; mark(1); f(1) }",
        &[2, 3],
    );
    check(
        "{\n let it = xs.iter().map(|x| x.to_string());\n it\n }",
        "{ mark(0); let it = xs.iter().map(|x| { caller(); mark(0); x.to_string() }); it }",
        &[2],
    );
    check(
        "{\n let v: Vec<_> = xs\n .iter()\n .map(|x| x.to_string())\n .collect();\n v\n }",
        "{ mark(0); let v: Vec<_> = xs.iter().map(|x| { caller(); mark(1); x.to_string() }).collect(); v }",
        &[2, 4],
    );
}

/// A worker of a pool has no line, so what it runs has to say its own.
#[test]
fn closures_of_parallel_chains_are_marked_on_the_line_of_the_call_too() {
    check(
        "{\n let v: Vec<_> = xs.par_iter().map(|x| x.to_string()).collect();\n v\n }",
        "{ mark(0); let v: Vec<_> = xs.par_iter().map(|x| { caller(); mark(0); x.to_string() }).collect(); v }",
        &[2],
    );
    check(
        "{\n xs.into_par_iter().for_each(|x| drop(f(x)));\n }",
        "{ mark(0); xs.into_par_iter().for_each(|x| { caller(); mark(0); drop(f(x)) }); }",
        &[2],
    );
}

#[test]
fn what_is_called_before_the_line_ends_belongs_to_it() {
    check(
        "{\n let v: Vec<_> = xs.iter().map(|x| x.to_string()).collect();\n v\n }",
        "{ mark(0); let v: Vec<_> = xs.iter().map(|x| x.to_string()).collect(); v }",
        &[2],
    );
}

#[test]
fn a_block_in_the_middle_of_a_statement_gives_its_line_back() {
    check(
        "{\n let s = wrap(if n > 1 {\n f()\n } else {\n a\n });\n s\n }",
        "{ mark(0); let s = wrap(if n > 1 { mark(1); after(0); f() } else { a }); s }",
        &[2, 3],
    );
    check(
        "{\n let s = if n > 1 {\n f()\n } else {\n a\n };\n s\n }",
        "{ let s = if n > 1 { mark(0); f() } else { a }; s }",
        &[3],
    );
}

#[test]
fn what_begins_on_a_statements_line_belongs_to_it() {
    check(
        "{\n if n > 1 { f(); }\n for x in 0..3 { g(x); }\n 1\n }",
        "{ mark(0); if n > 1 { f(); } mark(1); for x in 0..3 { g(x); } 1 }",
        &[2, 3],
    );
}

#[test]
fn arms_guards_and_else_have_lines_of_their_own() {
    check(
        "{\n match n {\n 1 => f(),\n b if g(b) => h(),\n 2 => {\n i()\n }\n _ => 3,\n }\n }",
        "{ match n { 1 => { mark(0); f() }, b if { mark(1); g(b) } => h(),
           2 => { mark(2); i() } _ => 3, } }",
        &[3, 4, 6],
    );
    check(
        "{\n if f() {\n g();\n } else if h() {\n i();\n }\n }",
        "{ mark(0); if f() { mark(1); g(); } else { mark(2); if h() { mark(3); i(); } } }",
        &[2, 3, 4, 5],
    );
    check(
        "{\n let s = add(match n {\n 1 => f(),\n _ => 3,\n }, 2);\n s\n }",
        "{ mark(0); let s = add(match n { 1 => { after(0); mark(1); f() }, _ => 3, }, 2); s }",
        &[2, 3],
    );
}

#[test]
fn nothing_is_entered_that_is_not_run_here() {
    for body in [
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
fn let_else_and_labels() {
    check(
        "{\n let Some(x) = y else {\n f();\n return;\n };\n match x {\n _ => 'a: {\n break 'a k();\n }\n }\n }",
        "{ let Some(x) = y else { mark(0); f(); mark(1); return; };
           match x { _ => 'a: { mark(2); break 'a k(); } } }",
        &[3, 4, 8],
    );
}

#[test]
fn nested_functions_are_marked_as_helpers() {
    let (text, lines) = marked("{\n fn inner() {\n f();\n }\n }");
    assert_eq!(lines, [0; 0]);
    assert!(text.contains("static __SGN_MARKS"), "{text}");
    assert!(text.contains("caller(); mark(0); f ()"), "{text}");
}

#[test]
fn what_is_dropped_after_a_method_has_its_line() {
    let private = quote!(p);
    let mark = |source: &str| {
        let mut method: ImplItemFn = syn::parse_str(source).expect("a method");
        let code = Code {
            element: "E",
            pad: "snk:in",
        };
        mark_method(&mut method, None, Entry::Plain(code), &private);
        method.block.to_token_stream().to_string()
    };
    let dropped = mark("fn pull(&mut self, frame: Frame<Noisy>) {}");
    assert!(dropped.contains("mark (& __SGN_MARKS [0])"), "{dropped}");
    assert!(
        dropped.contains("fn pull(&mut self, frame: Frame<Noisy>)"),
        "{dropped}"
    );
    let after = mark("fn pull(&mut self, frame: Frame<Noisy>) {\n f(&frame);\n }");
    assert!(after.contains("MarkAfter (& __SGN_MARKS [1])"), "{after}");
    for non_allocating in [
        "fn pull(&mut self, frame: Frame<Vec<f32>>) {}",
        "fn pull(&mut self, frame: Frame<Noisy>) { self.frame = Some(frame); }",
        "fn pull(&mut self, frame: &Frame<Noisy>) {}",
    ] {
        assert!(
            !mark(non_allocating).contains("__SGN_MARKS"),
            "{non_allocating}"
        );
    }
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
