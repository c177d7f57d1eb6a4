//! From words to chains of elements.

use std::ops::Range;

use super::error::Problem;
use super::lex::{Part, Token, Word};

/// Ends with a link between each two.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) ends: Vec<End>,
    /// The places of the `!`.
    pub(super) links: Vec<Range<usize>>,
}

/// An item between links.
#[derive(Debug)]
pub(super) enum End {
    Element(Element),
    Reference(Reference),
}

/// An element to be made.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) kind: Part,
    pub(super) properties: Vec<(Part, Part)>,
}

/// An element of the same text.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) name: Part,
    /// None stands for all.
    pub(super) pads: Vec<String>,
    pub(super) place: Range<usize>,
}

/// Sorts the words into chains.
pub(super) fn chains(text: &str, tokens: &[Token]) -> Result<Vec<Chain>, Vec<Problem>> {
    let mut parser = Parser::default();
    for token in tokens {
        match token {
            Token::Link(place) => parser.link(place),
            Token::Word(word) => parser.word(word),
        }
    }
    parser.finish(text)
}

#[derive(Default)]
struct Parser {
    chains: Vec<Chain>,
    problems: Vec<Problem>,
    /// The place of a `!` that waits for its second end.
    open: Option<Range<usize>>,
}

impl Parser {
    fn link(&mut self, place: &Range<usize>) {
        if self.open.is_some() {
            self.problems.push(Problem::syntax(
                "`!` links two elements, and there is none between this one and the one before it; remove one",
                place.clone(),
            ));
        } else if self.chains.is_empty() {
            // A word that is wrong has been reported; that nothing stands here is a consequence.
            if !self.problems.is_empty() {
                return;
            }
            self.problems.push(Problem::syntax(
                "`!` links two elements, and there is none before this one; begin with a source",
                place.clone(),
            ));
        } else {
            self.open = Some(place.clone());
        }
    }

    fn word(&mut self, word: &Word) {
        if let Some((key, value)) = word.split('=') {
            self.property(key, value, word);
        } else if let Some((name, pads)) = word.split('.') {
            let reference = reference(name, &pads, word);
            match reference {
                Ok(reference) => self.end(End::Reference(reference)),
                Err(problem) => {
                    self.problems.push(problem);
                    self.open = None;
                }
            }
        } else {
            self.end(End::Element(Element {
                kind: word.whole(),
                properties: Vec::new(),
            }));
        }
    }

    fn end(&mut self, end: End) {
        match (self.open.take(), self.chains.last_mut()) {
            (Some(link), Some(chain)) => {
                chain.links.push(link);
                chain.ends.push(end);
            }
            _ => self.chains.push(Chain {
                ends: vec![end],
                links: Vec::new(),
            }),
        }
    }

    fn property(&mut self, key: Part, value: Part, word: &Word) {
        let last = self
            .chains
            .last_mut()
            .and_then(|chain| chain.ends.last_mut());
        let fault = match last {
            _ if key.text.is_empty() => "a property has a name; write `name=value`",
            Some(End::Element(element)) if self.open.is_none() => {
                element.properties.push((key, value));
                return;
            }
            Some(End::Reference(_)) if self.open.is_none() => {
                "properties follow the element where it is made, not a reference to it; move it there"
            }
            _ => "a property follows its element; name the element first",
        };
        self.problems
            .push(Problem::syntax(fault, word.place.clone()));
    }

    fn finish(mut self, text: &str) -> Result<Vec<Chain>, Vec<Problem>> {
        if let Some(place) = self.open.take() {
            self.problems.push(Problem::syntax(
                "`!` links two elements, and there is none after this one; end with a sink",
                place,
            ));
        }
        if self.chains.is_empty() && self.problems.is_empty() {
            self.problems.push(Problem::syntax(
                "there is no element; write `source ! sink`",
                text.len()..text.len(),
            ));
        }
        for chain in &self.chains {
            let last = chain.ends.len() - 1;
            for (place, end) in chain.ends.iter().enumerate() {
                if let End::Reference(reference) = end {
                    self.problems.extend(misplaced(reference, place, last));
                }
            }
        }
        if self.problems.is_empty() {
            Ok(self.chains)
        } else {
            Err(self.problems)
        }
    }
}

fn reference(name: Part, pads: &Part, word: &Word) -> Result<Reference, Problem> {
    if name.text.is_empty() {
        return Err(Problem::syntax(
            "a reference names an element; write `name.` or `name.pad`",
            word.place.clone(),
        ));
    }
    let named = pads.text.split(',').map(|pad| pad.trim().to_owned());
    Ok(Reference {
        pads: if pads.text.is_empty() {
            Vec::new()
        } else {
            named.collect()
        },
        name,
        place: word.place.clone(),
    })
}

fn misplaced(reference: &Reference, place: usize, last: usize) -> Option<Problem> {
    let fault = if last == 0 {
        "a reference alone links nothing; write `a. ! b`"
    } else if !reference.pads.is_empty() && place != 0 && place != last {
        "pads in the middle of a chain could be either side's; end the chain here and begin another"
    } else {
        return None;
    };
    Some(Problem::syntax(fault, reference.place.clone()))
}

/// Returns the elements of chains, in the order in which they are written.
pub(super) fn elements(chains: &[Chain]) -> impl Iterator<Item = &Element> {
    let ends = chains.iter().flat_map(|chain| &chain.ends);
    ends.filter_map(|end| match end {
        End::Element(element) => Some(element),
        End::Reference(_) => None,
    })
}
