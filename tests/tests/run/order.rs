//! The order of a stride, against its definition.

use std::collections::BTreeSet;

use sgn::elements::NullSource;
use sgn::prelude::*;

/// Looks at one frame and takes another.
#[sgn::transform]
struct Both;

#[sgn::transform]
impl Both {
    fn pull_look(&mut self, look: &Frame<u32>) {
        let _ = look;
    }

    fn pull_take(&mut self, take: Frame<u32>) {
        drop(take);
    }

    fn new(&mut self) -> Frame<u32> {
        Frame::gap()
    }
}

#[sgn::sink]
struct Looks;

#[sgn::sink]
impl Looks {
    fn pull(&mut self, look: &Frame<u32>) {
        let _ = look;
    }
}

/// Elements with the places of those whose frames they look at and take.
#[derive(Clone, Default)]
struct Links {
    looks: Vec<usize>,
    takes: Vec<usize>,
}

/// Of the elements that could run next the first one does; who takes a frame waits for who looks at it, unless all wait.
fn by_definition(links: &[Links]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    let mut left: BTreeSet<usize> = (0..links.len()).collect();
    while !left.is_empty() {
        let is_ready = |node: &usize| {
            let mut from = links[*node].looks.iter().chain(&links[*node].takes);
            from.all(|from| order.contains(from))
        };
        let waits = |node: &usize| {
            links[*node].takes.iter().any(|from| {
                left.iter()
                    .any(|other| other != node && links[*other].looks.contains(from))
            })
        };
        let ready: Vec<usize> = left.iter().copied().filter(is_ready).collect();
        let next = ready.iter().find(|node| !waits(node)).unwrap_or(&ready[0]);
        left.remove(next);
        order.push(*next);
    }
    order
}

/// Numbers below `end`, by xorshift.
fn random(state: &mut u64, end: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state % end as u64) as usize
}

#[test]
fn the_order_is_that_of_the_definition() {
    let mut state = 0x2545_F491_4F6C_DD1D;
    // Miri takes seconds for one of them.
    let rounds = if cfg!(miri) { 3 } else { 300 };
    for round in 0..rounds {
        // The first one is a source; the others take and look, each at one that is earlier in `rank`.
        let count = 3 + random(&mut state, 7);
        let mut rank: Vec<usize> = (1..count).collect();
        for place in (1..rank.len()).rev() {
            rank.swap(place, random(&mut state, place + 1));
        }
        let mut links = vec![Links::default(); count];
        for (place, node) in rank.iter().enumerate() {
            let mut earlier = || match random(&mut state, place + 1) {
                0 => 0,
                from => rank[from - 1],
            };
            links[*node] = Links {
                looks: vec![earlier()],
                takes: vec![earlier()],
            };
        }
        let mut pipeline = Pipeline::new();
        pipeline
            .add(NullSource::<u32>::builder("e0").source_pads(["out"]))
            .unwrap();
        for node in 1..count {
            pipeline.add(Both::builder(format!("e{node}"))).unwrap();
        }
        for (node, own) in links.iter().enumerate().skip(1) {
            for (from, pad) in [(own.looks[0], "look"), (own.takes[0], "take")] {
                let ends = (format!("e{from}:src:out"), format!("e{node}:snk:{pad}"));
                pipeline.link_by_name(&ends.0, &ends.1).unwrap();
            }
        }
        // Nothing may feed nobody.
        for from in 0..count {
            let end = links.len();
            pipeline.add(Looks::builder(format!("e{end}"))).unwrap();
            pipeline
                .link_by_name(&format!("e{from}:src:out"), &format!("e{end}:snk:look"))
                .unwrap();
            links.push(Links {
                looks: vec![from],
                takes: Vec::new(),
            });
        }
        let pads = pipeline.call_order().unwrap();
        let mut order: Vec<usize> = pads
            .iter()
            .filter_map(|pad| {
                pad.strip_suffix(":inl:inl")?
                    .strip_prefix('e')?
                    .parse()
                    .ok()
            })
            .collect();
        order.dedup();
        assert_eq!(order, by_definition(&links), "round {round}");
    }
}
