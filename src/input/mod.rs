//! Bytes -> [`Document`].
//!
//! This room reads the input contracts: the flat article, IPTC ninjs 1 to 3, schema.org `NewsArticle`, Federal
//! Register documents, EU notices and sanctions-list changes, each as plain JSON or as a CloudEvent in structured or
//! binary mode. The shape is sniffed, unknown fields are skipped, and what cannot be read is the value [`Rejected`],
//! never an error that stops the stream.
//!
//! The walk: [`open`] checks a record and allocates nothing for a plain article; [`needs_decoding`] tells the gate
//! whether a scan of [`Opened::json`] can miss a word; [`Opened::document`] decodes what is worth reading.
//!
//! It is not a validator of other people's schemas, it does not fetch anything, and it does not know what an event is.

mod base64;
mod cloud_event;
mod dates;
mod document;
mod draft;
mod entities;
mod fields;
mod identity;
mod json;
mod keys;
mod layout;
mod list_change;
mod markup;
mod opened;
mod publisher;
mod record;
mod values;

pub use document::{Document, Field, Kind, Source, Standing};
pub use markup::{FILLER, blank, looks_like_markup, needs_decoding};
pub use opened::{Limits, Opened, open};
pub use record::{Coordinates, Header, Record, Rejected, RejectedReason};
