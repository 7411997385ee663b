//! CloudEvents 1.0 around a document: binary mode in `ce_*` headers, structured mode as one JSON object.
//!
//! The envelope is taken off and lends its id and time. Batches do not exist on Kafka and are refused.

use jiff::Timestamp;

use super::base64;
use super::dates;
use super::fields::Fields;
use super::json::{self, JsonType, Text};
use super::keys::Key;
use super::record::{Header, Rejected, RejectedReason};

/// What an envelope lends to the document in it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Envelope<'a> {
    /// The event's id, for a document without one.
    pub(super) id: Option<Text<'a>>,
    /// The event's time, for a document without a date.
    pub(super) time: Option<Timestamp>,
}

/// How a record travels, told from its headers.
#[derive(Debug)]
pub(super) enum Transport<'a> {
    /// No CloudEvents headers: plain JSON, or a structured event that its producer did not declare.
    Plain,
    /// The value is the document, the headers are the envelope.
    Binary(Envelope<'a>),
    /// The value is the envelope.
    Structured,
}

/// The document inside a structured event.
#[derive(Debug)]
pub(super) enum Data<'a> {
    /// A JSON value in place.
    Json(&'a str),
    /// JSON that was wrapped once more, as a string or in base64.
    Unwrapped(String),
}

/// Tells the transport from the headers and checks the envelope if it is there.
pub(super) fn transport<'a>(headers: &[Header<'a>]) -> Result<Transport<'a>, Rejected> {
    if headers.is_empty() {
        return Ok(Transport::Plain);
    }
    if let Some(content_type) = header(headers, "content-type")? {
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        let format = media_type
            .get(.."application/cloudevents".len())
            .filter(|start| start.eq_ignore_ascii_case("application/cloudevents"))
            .map(|start| &media_type[start.len()..]);
        match format {
            None => {}
            Some(format) if format.is_empty() || format.eq_ignore_ascii_case("+json") => {
                return Ok(Transport::Structured);
            }
            Some(_) => {
                return Err(invalid(format!(
                    "the header `content-type` is {}; expected application/cloudevents+json",
                    json::excerpt(content_type)
                )));
            }
        }
    }
    if !headers.iter().any(|h| h.name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("ce_"))) {
        return Ok(Transport::Plain);
    }
    check_version(required_header(headers, "ce_specversion")?)?;
    required_header(headers, "ce_source")?;
    required_header(headers, "ce_type")?;
    let id = Text::literal(required_header(headers, "ce_id")?);
    let time = header(headers, "ce_time")?.map_or(Ok(None), |value| time("the header `ce_time`", value))?;
    Ok(Transport::Binary(Envelope { id: Some(id), time }))
}

/// Whether an object that nobody declared is a structured event.
pub(super) fn is_structured(fields: &Fields<'_>) -> bool {
    fields.has_any(&[Key::SpecVersion]) && fields.has_any(&[Key::Data, Key::DataBase64])
}

/// Takes a structured event apart.
pub(super) fn unwrap<'a>(fields: &Fields<'a>) -> Result<(Envelope<'a>, Data<'a>), Rejected> {
    check_version(&attribute(fields, Key::SpecVersion, "specversion")?.decode())?;
    attribute(fields, Key::Source, "source")?;
    attribute(fields, Key::Type, "type")?;
    let id = attribute(fields, Key::Id, "id")?;
    let time = match fields.get(Key::Time) {
        Some(found) => match fields.text(Key::Time)? {
            Some(text) => time("`time`", &text.decode()).map_err(|mut rejected| {
                rejected.detail.push_str(&format!(" (byte {})", fields.offset(found.value)));
                rejected
            })?,
            None => None,
        },
        None => None,
    };
    let data = match (fields.get(Key::Data), fields.get(Key::DataBase64)) {
        (Some(_), Some(_)) => return Err(invalid("the event has both `data` and `data_base64`; expected one of them")),
        (None, None) => return Err(invalid("the event has no data; expected `data` or `data_base64`")),
        (Some(data), None) if JsonType::of(data.value) == JsonType::String => {
            Data::Unwrapped(Text::of_string(data.value).decode().into_owned())
        }
        (Some(data), None) => Data::Json(data.value),
        (None, Some(data)) => Data::Unwrapped(decode_base64(fields, data.value)?),
    };
    Ok((Envelope { id: Some(id), time }, data))
}

fn decode_base64(fields: &Fields<'_>, value: &str) -> Result<String, Rejected> {
    if JsonType::of(value) != JsonType::String {
        return Err(invalid(format!(
            "`data_base64` at byte {} is {}; expected a base64 string",
            fields.offset(value),
            JsonType::of(value)
        )));
    }
    let bytes = base64::decode(&Text::of_string(value).decode())
        .map_err(|at| invalid(format!("`data_base64` is not base64 at its byte {at}; expected standard base64")))?;
    String::from_utf8(bytes).map_err(|fault| {
        let at = fault.utf8_error().valid_up_to();
        invalid(format!("`data_base64` does not hold UTF-8: byte {at} of the data is invalid; expected a JSON object"))
    })
}

/// A rejection of the data inside an event, told as such.
pub(super) fn inside_data(rejected: Rejected) -> Rejected {
    Rejected::new(rejected.reason, format!("in the data of the CloudEvent: {}", rejected.detail))
}

fn attribute<'a>(fields: &Fields<'a>, key: Key, name: &str) -> Result<Text<'a>, Rejected> {
    match fields.get(key) {
        Some(found) if JsonType::of(found.value) != JsonType::String => Err(invalid(format!(
            "the attribute `{name}` at byte {} is {}; expected a string",
            fields.offset(found.value),
            JsonType::of(found.value)
        ))),
        Some(found) => Some(Text::of_string(found.value)).filter(|text| !text.is_blank()).ok_or_else(|| missing(name)),
        None => Err(missing(name)),
    }
}

fn missing(name: &str) -> Rejected {
    invalid(format!("the required attribute `{name}` is missing or empty; expected id, source, specversion and type"))
}

fn check_version(version: &str) -> Result<(), Rejected> {
    if version.trim().starts_with("1.") {
        return Ok(());
    }
    Err(invalid(format!("the CloudEvents version is {}; expected 1.0", json::excerpt(version))))
}

fn time(name: &str, value: &str) -> Result<Option<Timestamp>, Rejected> {
    if value.trim().is_empty() {
        return Ok(None);
    }
    dates::parse(value).map(Some).map_err(|fault| {
        Rejected::new(RejectedReason::InvalidDate, format!("{name} ({}) {}", json::excerpt(value), fault.explain()))
    })
}

fn required_header<'a>(headers: &[Header<'a>], name: &str) -> Result<&'a str, Rejected> {
    header(headers, name)?.filter(|value| !value.trim().is_empty()).ok_or_else(|| {
        invalid(format!(
            "the header `{name}` is missing or empty; expected ce_specversion, ce_id, ce_source and ce_type together"
        ))
    })
}

/// The last header of that name: Kafka allows repeats, and the last is the one that readers take.
fn header<'a>(headers: &[Header<'a>], name: &str) -> Result<Option<&'a str>, Rejected> {
    let Some(header) = headers.iter().rfind(|h| h.name.eq_ignore_ascii_case(name)) else { return Ok(None) };
    let Some(value) = header.value else { return Ok(None) };
    match std::str::from_utf8(value) {
        Ok(value) => Ok(Some(value)),
        Err(fault) => {
            let at = fault.valid_up_to();
            Err(invalid(format!("the header `{name}` is not UTF-8 at its byte {at}; expected UTF-8 text")))
        }
    }
}

fn invalid(detail: impl Into<String>) -> Rejected {
    Rejected::new(RejectedReason::InvalidCloudEvent, detail)
}
