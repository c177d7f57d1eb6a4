//! Recognises the containers of std by their words, and tells which parts of their blocks are alive.
//!
//! A vector's block holds dead items behind its length, and a hash table's dead items beside full ones. The pointers in
//! dead items would name holders that hold nothing. So whoever points to a block from the words of a container makes the
//! *shape* of the block known: the part of it that is alive.

use std::ops::Range;

use crate::memory::census::channels::{self, Part};
use crate::memory::census::heap::{Block, Heap};
use crate::memory::census::layouts::Layouts;
use crate::memory::census::words::{Memory, Reader, WORD};
use crate::memory::sys::pages::PageBuffer;

/// The bytes of a hash table's control bytes that are read at once: they are repeated behind the last one.
const GROUPS: [usize; 2] = [16, 8];

/// The least capacity that std gives to a vector that grows; with a smaller one, all items are taken for alive.
const LEAST_CAPACITY: usize = 4;

/// The part of a block that is alive, in bytes from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The bytes from `first` to `end`.
    Within { first: usize, end: usize },
    /// The bytes before `first` and those from `end` on: a ring that has wrapped, or the slots of a channel.
    Around { first: usize, end: usize },
    /// The items of a hash table whose control bytes start at `control`.
    Table { control: usize, item: usize },
}

impl Shape {
    /// Returns true if the byte at this distance from the start of `block` is alive.
    fn is_alive(self, reader: &mut Reader, block: &Block, distance: usize) -> bool {
        match self {
            Self::Within { first, end } => (first..end).contains(&distance),
            Self::Around { first, end } => !(first..end).contains(&distance),
            Self::Table { control, item } => {
                // Items lie before the control bytes, the first one next to them.
                let Some(number) = control.checked_sub(distance + 1) else {
                    return false;
                };
                let place = control + number / item;
                if place >= block.size {
                    return false;
                }
                let byte = reader.byte(block.start + place);
                byte.is_none_or(|byte| byte & 0x80 == 0)
            }
        }
    }

    /// Returns the shape of a block of `size` bytes for which two containers are found.
    ///
    /// One of them is a stale copy, or no container at all; all that either calls alive may be.
    fn or(self, other: Self, size: usize) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (
                Self::Within { first, end },
                Self::Within {
                    first: other_first,
                    end: other_end,
                },
            ) => Self::Within {
                first: first.min(other_first),
                end: end.max(other_end),
            },
            _ => Self::Within {
                first: 0,
                end: size,
            },
        }
    }
}

impl From<Part> for Shape {
    fn from(part: Part) -> Self {
        match part {
            Part::Within(Range { start: first, end }) => Self::Within { first, end },
            Part::Around(Range { start: first, end }) => Self::Around { first, end },
        }
    }
}

/// The shapes of those blocks that have one.
pub(super) struct Shapes {
    layouts: Option<Layouts>,
    shapes: PageBuffer<Shape>,
    /// For each block, one more than the place of its shape; zero if the whole block is alive.
    of_block: PageBuffer<u32>,
}

impl Shapes {
    /// Returns the shapes of a heap, of which none is known yet; `None` if the system has no pages.
    pub(super) fn of(heap: &Heap) -> Option<Self> {
        let mut of_block = PageBuffer::new();
        of_block.reset(heap.blocks().len()).then(|| Self {
            layouts: Layouts::learn(),
            shapes: PageBuffer::new(),
            of_block,
        })
    }

    /// Returns true if the byte at this distance from the start of a block is alive.
    pub(super) fn is_alive(
        &self,
        reader: &mut Reader,
        heap: &Heap,
        block: usize,
        distance: usize,
    ) -> bool {
        let Some(place) = (self.of_block[block] as usize).checked_sub(1) else {
            return true;
        };
        self.shapes[place].is_alive(reader, &heap.blocks()[block], distance)
    }

    /// Looks at the words around the word `number` of `memory`, which points into the block `target`, and keeps the
    /// shape of that block if they are those of a container.
    ///
    /// Returns false if the system has no pages.
    pub(super) fn look(
        &mut self,
        reader: &mut Reader,
        heap: &Heap,
        memory: Memory,
        number: usize,
        word: usize,
        target: usize,
    ) -> bool {
        let Some(layouts) = self.layouts else {
            return true;
        };
        let block = &heap.blocks()[target];
        let mut around = Around {
            reader,
            memory,
            number,
        };
        let shape = if word == block.start {
            around
                .channel(block)
                .or_else(|| around.iterator(layouts, block))
                .or_else(|| around.vec_or_deque(layouts, block))
        } else {
            around.table(word, block)
        };
        shape.is_none_or(|shape| self.add(target, block.size, shape))
    }

    fn add(&mut self, target: usize, size: usize, shape: Shape) -> bool {
        let place = self.of_block[target] as usize;
        if place > 0 {
            let known = &mut self.shapes[place - 1];
            *known = known.or(shape, size);
            return true;
        }
        let is_added = self.shapes.push(shape);
        if is_added {
            self.of_block[target] = self.shapes.len() as u32;
        }
        is_added
    }
}

/// A word that points to a block, among its neighbours.
struct Around<'a> {
    reader: &'a mut Reader,
    memory: Memory,
    number: usize,
}

impl Around<'_> {
    /// Returns the word at `place` of the container in which our word is at `ours`.
    fn at(&mut self, ours: usize, place: usize) -> Option<usize> {
        let number = (self.number + place).checked_sub(ours)?;
        self.reader.word(self.memory, number)
    }

    /// Behind the pointer to the slots of a channel with bounds is their number, and near by are the numbers of a lap and
    /// half of that.
    fn channel(&mut self, block: &Block) -> Option<Shape> {
        const NEAR: usize = 4;
        let unbounded = channels::unbounded(self.reader, block.start, block.size);
        if unbounded.is_some() {
            return unbounded.map(Shape::from);
        }
        let capacity = self.at(0, 1)?;
        if size_of_item(capacity, block.size)? < 2 * WORD {
            return None;
        }
        let lap = 2 * (capacity + 1).next_power_of_two();
        let mut is_near = |value| (0..2 * NEAR).any(|place| self.at(NEAR, place) == Some(value));
        if is_near(lap) && is_near(lap / 2) {
            let part = channels::bounded(self.reader, block.start, block.size, capacity, lap);
            part.map(Shape::from)
        } else {
            None
        }
    }

    fn iterator(&mut self, layouts: Layouts, block: &Block) -> Option<Shape> {
        let layout = layouts.into_iter?;
        let mut at = |place| self.at(layout.pointer, place);
        let distance = |address: usize| {
            let distance = address.checked_sub(block.start)?;
            (distance <= block.size).then_some(distance)
        };
        let (first, end) = (distance(at(layout.first)?)?, distance(at(layout.end)?)?);
        let item = size_of_item(at(layout.capacity)?, block.size)?;
        (first <= end && first % item == 0 && end % item == 0)
            .then_some(Shape::Within { first, end })
    }

    /// A deque begins as a vector does, so its words are those of a vector, too.
    fn vec_or_deque(&mut self, layouts: Layouts, block: &Block) -> Option<Shape> {
        let (vec, deque) = (self.vec(layouts, block), self.deque(layouts, block));
        match (vec, deque) {
            (Some(vec), Some(deque)) => Some(vec.or(deque, block.size)),
            (vec, deque) => vec.or(deque),
        }
    }

    fn vec(&mut self, layouts: Layouts, block: &Block) -> Option<Shape> {
        let layout = layouts.vec;
        let mut at = |place| self.at(layout.pointer, place);
        let (capacity, len) = (at(layout.capacity)?, at(layout.len)?);
        let item = size_of_item(capacity, block.size)?;
        // Small numbers beside a pointer are often something else.
        let is_plausible = capacity >= LEAST_CAPACITY || len == capacity;
        (len <= capacity && is_plausible).then(|| Shape::Within {
            first: 0,
            end: len * item,
        })
    }

    fn deque(&mut self, layouts: Layouts, block: &Block) -> Option<Shape> {
        let layout = layouts.deque?;
        let mut at = |place| self.at(layout.pointer, place);
        let (capacity, head, len) = (at(layout.capacity)?, at(layout.head)?, at(layout.len)?);
        let item = size_of_item(capacity, block.size)?;
        if head >= capacity || len > capacity {
            return None;
        }
        let end = head + len;
        Some(if end <= capacity {
            Shape::Within {
                first: head * item,
                end: end * item,
            }
        } else {
            Shape::Around {
                first: (end - capacity) * item,
                end: head * item,
            }
        })
    }

    /// Three words beside the one that points to the control bytes: the number of buckets less one, the number of
    /// items, and how many more may be added. They follow each other in any order.
    fn table(&mut self, word: usize, block: &Block) -> Option<Shape> {
        let control = word - block.start;
        let mask = GROUPS.iter().find_map(|group| {
            let mask = block.size.checked_sub(control + group)?.checked_sub(1)?;
            (mask + 1).is_power_of_two().then_some(mask)
        })?;
        let item = control / (mask + 1);
        if item == 0 {
            return None;
        }
        let is_header = |ours: usize| {
            let mut others = (0..4)
                .filter(|place| *place != ours)
                .map_while(|place| self.at(ours, place));
            let (Some(one), Some(two), Some(three)) = (others.next(), others.next(), others.next())
            else {
                return false;
            };
            [(one, two, three), (two, one, three), (three, one, two)]
                .into_iter()
                .any(|(first, second, third)| {
                    first == mask && second.checked_add(third).is_some_and(|sum| sum <= mask + 1)
                })
        };
        (0..4)
            .any(is_header)
            .then_some(Shape::Table { control, item })
    }
}

/// Returns the size of an item of which `capacity` fill a block of `size` bytes.
fn size_of_item(capacity: usize, size: usize) -> Option<usize> {
    (capacity > 0 && size.is_multiple_of(capacity)).then(|| size / capacity)
}
