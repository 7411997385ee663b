//! Tokens -> units -> chunks: as much grammar as rules need, and no more.
//!
//! A unit is one lexicon entry or one unknown token with the part of speech that its neighbours leave it. A chunk is a
//! noun phrase, a verb group, or a joint between them. There is no parse tree, no model and no training: every decision
//! is a rule that can be read here, which is what makes an alert explainable. What a chunk means for an event is not
//! decided here; that is `rules`.

mod chunk;
mod grammar;
mod part;
mod unit;

pub use chunk::{Chunk, ChunkKind, VerbGroup, chunk};
pub use grammar::Grammar;
pub use part::{Part, Parts, lemma_bit};
pub use unit::{Particle, Unit, UnitKind, read_units};

/// The analysis of one sentence, reused from sentence to sentence.
#[derive(Debug, Default)]
pub struct Parse {
    /// The units in text order.
    pub units: Vec<Unit>,
    /// The chunks in text order.
    pub chunks: Vec<Chunk>,
}
