//! A leak, and the report that finds it.
//!
//! A web site counts the pages of each visit. It opens a session for every visitor and never closes one: the planted
//! leak, in a helper that a transform calls. Most of what is allocated are the addresses of the pages, which come and
//! go; the report begins with the line that makes a session, because it grows. `#[sgn::profile]` on the helper makes its
//! lines known; what they allocate is billed to the element that calls it. At the end the program prints the same
//! verdicts itself.

use std::collections::BTreeMap;

use sgn::memory;
use sgn::prelude::*;

sgn::counting_allocator!(holders);

const PAGES_PER_VISIT: u64 = 5;
const STRIDES: u64 = 20_000;

/// One page, asked for by one visitor.
struct Request {
    visitor: u64,
    page: String,
}

/// What is known of a visitor.
struct Session {
    pages: Vec<usize>,
}

#[sgn::source]
fn requests(#[state] stride: &mut u64) -> Frame<Request> {
    *stride += 1;
    let visitor = *stride / PAGES_PER_VISIT;
    let page = format!("/visitors/{visitor}/pages/{}", *stride % PAGES_PER_VISIT);
    Frame::new(Request { visitor, page }).with_eos(*stride == STRIDES)
}

/// How many pages the visitor has seen.
#[sgn::transform]
fn count(request: &Request, #[state] sessions: &mut BTreeMap<u64, Session>) -> usize {
    let session = session(sessions, request.visitor);
    session.pages.push(request.page.len());
    session.pages.len()
}

/// Finds the session of a visitor, or opens one.
#[sgn::profile]
fn session(sessions: &mut BTreeMap<u64, Session>, visitor: u64) -> &mut Session {
    sessions.entry(visitor).or_insert_with(|| {
        let pages = Vec::with_capacity(64);
        Session { pages }
    })
}

#[sgn::sink]
fn longest(pages: &usize, #[state] most: &mut usize) {
    *most = (*most).max(*pages);
}

fn main() -> sgn::Result<()> {
    memory::enable();
    let mut p = Pipeline::new();
    p.connect(requests::builder("requests"), count::builder("count"))?;
    p.connect("count", longest::builder("longest"))?;

    let reports = MemoryReport::on().top(3);
    p.run_with(RunOptions::new().memory_report(reports))?;

    let trends = p.trends();
    for trend in trends.iter().filter(|trend| trend.verdict.is_alarm()) {
        let (owner, bytes) = (trend.site.owner.name(), trend.bytes_per_stride);
        let line = trend.site.mark.map_or(0, |mark| mark.line());
        let since = trend.since_stride;
        println!(
            "{owner} {}: {bytes:.1} bytes a stride at line {line}, since stride {since}",
            trend.verdict
        );
    }
    Ok(())
}
