//! Elements that hold messages and texts: a channel, places that are emptied, a map whose values are replaced.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use parking_lot::Mutex;
use sgn::prelude::*;

use crate::dice::Dice;
use crate::payloads::Message;
use crate::truth::{Hidden, Payload as _, Tell, Truth};

/// The blocks of the messages that are in the channel, oldest first.
pub(crate) type Waiting = Arc<Mutex<VecDeque<(Hidden, usize)>>>;

/// Sends every second message.
#[sgn::sink]
pub(crate) struct Feed {
    #[prop]
    sender: Sender<Message>,
    #[prop]
    waiting: Waiting,
}

#[sgn::sink]
impl Feed {
    fn pull(&mut self, message: Frame<Message>) {
        let message = message.into_data();
        if let Some(message) = message.filter(|message| message.words[0] % 2 == 0) {
            let mut waiting = self.waiting.lock();
            message.blocks(&mut |block, bytes| waiting.push_back((block, bytes)));
            let _ = self.sender.send(message);
        }
    }
}

impl Tell for Feed {
    fn tell(&self, truth: &mut Truth) {
        for (block, bytes) in self.waiting.lock().iter() {
            truth.row("feed.sender", *block, *bytes);
            truth.row("drain.receiver", *block, *bytes);
        }
    }
}

/// Receives nothing for some strides, and then more than come.
#[sgn::source]
pub(crate) struct Drain {
    #[prop]
    receiver: Receiver<Message>,
    #[prop]
    waiting: Waiting,
    #[state]
    stride: u64,
    #[state]
    second: Option<Message>,
}

#[sgn::source]
impl Drain {
    fn receive(&self) -> Option<Message> {
        let message = self.receiver.try_recv().ok()?;
        self.waiting.lock().pop_front();
        Some(message)
    }

    fn new(&mut self) -> Option<Frame<Message>> {
        self.stride += 1;
        if self.stride % 60 < 30 {
            return None;
        }
        let first = self.second.take().or_else(|| self.receive());
        if self.stride.is_multiple_of(3) {
            self.second = self.receive();
        }
        first.map(Frame::new)
    }
}

impl Tell for Drain {
    fn tell(&self, truth: &mut Truth) {
        truth.held("drain.second", &self.second);
    }
}

/// Puts messages in any of its places, and empties others.
#[sgn::sink]
pub(crate) struct Places {
    #[state]
    dice: Dice,
    #[state((0..64).map(|_| None).collect())]
    places: Vec<Option<Message>>,
    #[state]
    taken: u64,
}

#[sgn::sink]
impl Places {
    fn pull(&mut self, message: Frame<Message>) {
        let any = self.dice.below(64) as usize;
        if self.dice.below(3) == 0 {
            let taken = self.places[any].take();
            self.taken += taken.map_or(0, |message| message.words[0]);
        }
        if let Some(message) = message.into_data() {
            self.places[self.dice.below(64) as usize] = Some(message);
        }
    }
}

impl Tell for Places {
    fn tell(&self, truth: &mut Truth) {
        truth.held("places.places", self.places.iter().flatten());
    }
}

/// Keeps the latest text of each of 50 names, and all texts of a while.
#[sgn::sink]
pub(crate) struct Names {
    #[state]
    dice: Dice,
    #[state]
    latest: HashMap<u64, String>,
    #[state]
    all: Vec<String>,
}

#[sgn::sink]
impl Names {
    fn pull(&mut self, text: Frame<String>) {
        let Some(text) = text.into_data() else { return };
        if self.dice.below(2) == 0 {
            self.latest.insert(self.dice.below(50), text);
        } else {
            self.all.push(text);
        }
        if self.all.len() > 45 {
            self.all.truncate(self.dice.below(40) as usize);
        }
    }
}

impl Tell for Names {
    fn tell(&self, truth: &mut Truth) {
        truth.held("names.latest", self.latest.values());
        truth.held("names.all", &self.all);
    }
}
