//! Bytes -> [`Document`].
//!
//! This room reads the input contracts: the flat article, IPTC ninjs 2 and 3, schema.org `NewsArticle`, Federal
//! Register documents, EU notices and sanctions-list changes, each as plain JSON or as a CloudEvent in structured or
//! binary mode. The shape is sniffed, unknown fields are skipped, and what cannot be read is the value [`Rejected`],
//! never an error that stops the stream.
//!
//! It is not a validator of other people's schemas, it does not fetch anything, and it does not know what an event is.

mod document;
mod record;

pub use document::{Document, Field, Kind, Source, Standing};
pub use record::{Coordinates, Header, Record, Rejected, RejectedReason};
