//! Elements that hold blocks of samples: copies, moved ones, shared ones.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use sgn::prelude::*;

use crate::dice::Dice;
use crate::payloads::{Batch, Block};
use crate::truth::{Tell, Truth};

/// The mean over copies of the latest blocks, in vectors that are used again.
#[sgn::transform]
pub(crate) struct Window {
    #[prop(default = 24)]
    most: usize,
    #[state]
    dice: Dice,
    #[state]
    recent: VecDeque<Block>,
    #[state]
    spare: Vec<Vec<f64>>,
}

#[sgn::transform]
impl Window {
    fn pull(&mut self, block: &Frame<Block>) {
        let Some(block) = block.data() else { return };
        let mut samples = self.spare.pop().unwrap_or_default();
        samples.clear();
        // payload
        samples.extend_from_slice(&block.samples);
        self.recent.push_back(Block {
            number: block.number,
            samples,
        });
        while self.recent.len() > self.most || self.recent.len() > 4 && self.dice.below(3) == 0 {
            let oldest = self.recent.pop_front();
            self.spare.extend(oldest.map(|block| block.samples));
        }
        self.spare.truncate(6);
    }

    fn new(&mut self) -> Frame<f64> {
        let samples = self.recent.iter().flat_map(|block| &block.samples);
        Frame::new(samples.clone().sum::<f64>() / samples.count() as f64)
    }
}

impl Tell for Window {
    fn tell(&self, truth: &mut Truth) {
        truth.held("window.recent", &self.recent);
        truth.held("window.spare", &self.spare);
    }
}

/// Groups blocks at random, and gives a group when it is full.
#[sgn::transform]
pub(crate) struct Classify {
    #[prop(default = 12)]
    full: usize,
    #[state]
    dice: Dice,
    #[state(HashMap::with_capacity(16))]
    groups: HashMap<u64, Vec<Block>>,
    #[state]
    ready: Option<Vec<Block>>,
}

#[sgn::transform]
impl Classify {
    fn pull(&mut self, block: Frame<Block>) {
        let Some(block) = block.into_data() else {
            return;
        };
        let class = self.dice.below(7);
        if !self.groups.contains_key(&class) {
            // payload
            let group = Vec::with_capacity(self.full);
            self.groups.insert(class, group);
        }
        let group = self.groups.entry(class).or_default();
        group.push(block);
        if group.len() == self.full {
            self.ready = self.groups.remove(&class);
        }
    }

    fn new(&mut self) -> Option<Frame<Vec<Block>>> {
        self.ready.take().map(Frame::new)
    }
}

impl Tell for Classify {
    fn tell(&self, truth: &mut Truth) {
        truth.held("classify.groups", self.groups.values());
        truth.held("classify.ready", &self.ready);
    }
}

/// Lets several elements share a group, and remembers the latest one.
#[sgn::transform]
pub(crate) struct Share {
    #[state]
    latest: Option<Arc<Batch>>,
    #[state]
    number: u64,
}

#[sgn::transform]
impl Share {
    fn pull(&mut self, blocks: Frame<Vec<Block>>) {
        let Some(blocks) = blocks.into_data() else {
            return;
        };
        self.number += 1;
        let batch = Batch {
            number: self.number,
            blocks,
        };
        // payload
        let batch = Arc::new(batch);
        self.latest = Some(batch);
    }

    fn new(&mut self) -> Option<Frame<Arc<Batch>>> {
        self.latest.clone().map(Frame::new)
    }
}

impl Tell for Share {
    fn tell(&self, truth: &mut Truth) {
        truth.held("share.latest", &self.latest);
    }
}

/// Keeps the last batches by their numbers.
#[sgn::sink]
pub(crate) struct Newest {
    #[prop(default = 5)]
    most: usize,
    #[state]
    batches: BTreeMap<u64, Arc<Batch>>,
}

#[sgn::sink]
impl Newest {
    fn pull(&mut self, batch: Frame<Arc<Batch>>) {
        let batch = batch.into_data();
        self.batches
            .extend(batch.map(|batch| (batch.number, batch)));
        if self.batches.len() > self.most {
            self.batches.pop_first();
        }
    }
}

impl Tell for Newest {
    fn tell(&self, truth: &mut Truth) {
        truth.held("newest.batches", self.batches.values());
    }
}

/// Keeps a few batches, and forgets any of them.
#[sgn::sink]
pub(crate) struct Any {
    #[prop(default = 9)]
    most: usize,
    #[state]
    dice: Dice,
    #[state]
    batches: VecDeque<Arc<Batch>>,
}

#[sgn::sink]
impl Any {
    fn pull(&mut self, batch: Frame<Arc<Batch>>) {
        let Some(batch) = batch.into_data() else {
            return;
        };
        let is_new = self
            .batches
            .back()
            .is_none_or(|last| last.number < batch.number);
        if is_new {
            self.batches.push_back(batch);
        }
        if self.batches.len() > self.most {
            let any = self.dice.below(self.batches.len() as u64) as usize;
            self.batches.remove(any);
        }
    }
}

impl Tell for Any {
    fn tell(&self, truth: &mut Truth) {
        truth.held("any.batches", &self.batches);
    }
}

/// Gives each block after it has gone once around a ring of places.
#[sgn::transform]
pub(crate) struct Delay {
    #[state((0..20).map(|_| None).collect())]
    ring: Vec<Option<Block>>,
    #[state]
    due: Option<Block>,
    #[state]
    at: usize,
}

#[sgn::transform]
impl Delay {
    fn pull(&mut self, block: Frame<Block>) {
        self.at = (self.at + 1) % self.ring.len();
        let place = &mut self.ring[self.at];
        self.due = std::mem::replace(place, block.into_data());
    }

    fn new(&mut self) -> Option<Frame<Block>> {
        // Every fifth block waits until the next one is due, and is lost then.
        let is_given = self.due.as_ref().is_some_and(|due| due.number % 5 > 0);
        self.due.take_if(|_| is_given).map(Frame::new)
    }
}

impl Tell for Delay {
    fn tell(&self, truth: &mut Truth) {
        truth.held("delay.ring", self.ring.iter().flatten());
        truth.held("delay.due", &self.due);
    }
}

/// A pile from which any block is taken, so that the end of its vector has been in use before.
#[sgn::sink]
pub(crate) struct Pile {
    #[state]
    dice: Dice,
    #[state]
    pile: Vec<Block>,
    #[state]
    best: Option<Box<Block>>,
}

#[sgn::sink]
impl Pile {
    fn pull(&mut self, block: Frame<Block>) {
        self.pile.extend(block.into_data());
        match self.dice.below(40) {
            0 => self.pile.clear(),
            1 => {
                let half = self.pile.len() / 2;
                self.pile.drain(..half);
            }
            2..12 if !self.pile.is_empty() => {
                let any = self.dice.below(self.pile.len() as u64) as usize;
                let taken = self.pile.swap_remove(any);
                // The box is moved into, so that it is allocated once.
                match &mut self.best {
                    Some(best) => **best = taken,
                    None => self.best = Some(Box::new(taken)),
                }
            }
            _ => (),
        }
    }
}

impl Tell for Pile {
    fn tell(&self, truth: &mut Truth) {
        truth.held("pile.pile", &self.pile);
        truth.held("pile.best", self.best.as_deref());
    }
}

/// Looks at blocks. The latest one stays in flight until there is a new one, or until the run ends.
#[sgn::sink]
pub(crate) struct Meter {
    #[state]
    longest: usize,
}

#[sgn::sink]
impl Meter {
    fn pull(&mut self, block: &Frame<Block>) {
        let length = block.data().map_or(0, |block| block.samples.len());
        self.longest = self.longest.max(length);
    }
}
