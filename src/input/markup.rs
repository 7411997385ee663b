//! HTML -> reading text of the same length in bytes.
//!
//! Every byte keeps its offset, so a span found in the reading text is a span of the original. Markup is not removed
//! but blanked: block tags to a line feed and spaces, other tags and comments to spaces, inline tags and the rest of a
//! decoded character reference to [`FILLER`], which the tokenizer reads as nothing at all.
//!
//! This is not an HTML parser: it repairs nothing and knows no tree. What it cannot read as markup stays text.

use memchr::{memchr_iter, memchr2, memchr2_iter, memchr3, memmem, memrchr};

use super::entities;

/// What stands for bytes that are nothing, not even a gap between words.
pub const FILLER: char = '\u{1}';

/// Tags that may stand inside a word or a phrase.
#[rustfmt::skip]
const INLINE: [&str; 36] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "ins", "kbd", "label", "mark", "nobr", "o:p", "q", "rb", "ruby", "s", "samp", "small", "span", "strike",
    "strong", "sub", "time", "tt", "u", "var", "wbr",
];

/// Tags that end a line.
#[rustfmt::skip]
const BLOCK: [&str; 62] = [
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3",
    "h4", "h5", "h6", "head", "header", "hgroup", "hl1", "hl2", "hr", "html", "legend", "li", "main", "media",
    "menu", "nav", "nitf", "ol", "optgroup", "option", "p", "para", "pre", "script", "section", "select", "style",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul", "video",
];

/// The longest tag name above.
const LONGEST_NAME: usize = 10;

/// How a tag is blanked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blank {
    /// Nothing at all: the words on both sides are one word.
    Inline,
    /// A gap between words.
    Gap,
    /// The end of a line.
    Line,
}

/// Whether a text that nobody declared to be HTML looks like it: a tag with a later `>`, or a character reference.
#[must_use]
pub fn looks_like_markup(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(first) = memchr2(b'<', b'&', bytes) else { return false };
    let last_close = memrchr(b'>', bytes).unwrap_or(0);
    memchr_iter(b'<', &bytes[first..])
        .map(|at| first + at)
        .take_while(|&at| at < last_close)
        .any(|at| matches!(bytes.get(at + 1), Some(b'/' | b'!' | b'a'..=b'z' | b'A'..=b'Z')))
        || memchr_iter(b'&', &bytes[first..]).any(|at| entities::reference_length(&bytes[first + at..]).is_some())
}

/// The reading text of `text`: as many bytes, the same offsets.
#[must_use]
pub fn blank(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut page = Page { text, last_close: memrchr(b'>', bytes).unwrap_or(0), out: String::with_capacity(text.len()) };
    let mut at = 0;
    while let Some(next) = memchr3(b'<', b'&', b']', &bytes[at..]) {
        page.out.push_str(&text[at..at + next]);
        at += next;
        let used = match bytes[at] {
            b'<' => page.tag(at),
            b'&' => page.reference(at),
            _ => page.end_of_cdata(at),
        };
        if used == 0 {
            page.out.push_str(&text[at..=at]);
            at += 1;
        }
        at += used;
    }
    page.out.push_str(&text[at..]);
    page.out
}

/// Whether the raw JSON of a document may hide a plain ASCII word of its reading text, so that a scan of the raw bytes
/// would miss it: a tag inside the word, a character reference, or an escaped ASCII character.
#[must_use]
pub fn needs_decoding(bytes: &[u8]) -> bool {
    // Two searches for something rare are faster than one search that stops at every `\n` and `\"`.
    memchr2_iter(b'<', b'&', bytes).any(|at| bytes[at] == b'<' || entities::reference_length(&bytes[at..]).is_some())
        || memmem::find_iter(bytes, b"\\u00").any(|at| escapes_ascii(&bytes[at..]) && begins_escape(bytes, at))
}

/// Whether the backslash at `at` begins an escape and is not the second half of an escaped backslash.
fn begins_escape(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|&&b| b == b'\\').count().is_multiple_of(2)
}

/// Whether the escape at the start is that of an ASCII character which can be part of a word or of markup. Quotes, `+`,
/// `>` and the backtick can not, and there are encoders that escape them in every article.
fn escapes_ascii(escape: &[u8]) -> bool {
    match escape {
        [b'\\', b'u', b'0', b'0', high @ b'0'..=b'7', low, ..] => {
            !matches!((high, low), (b'2', b'2' | b'7' | b'b' | b'B') | (b'3', b'e' | b'E') | (b'6', b'0'))
        }
        _ => false,
    }
}

/// A text on its way to being blanked.
struct Page<'t> {
    text: &'t str,
    /// The last `>`: behind it no tag ends, which keeps hostile input linear.
    last_close: usize,
    out: String,
}

impl Page<'_> {
    /// Blanks the tag or comment at `at`; returns its length, or 0 when it is none.
    fn tag(&mut self, at: usize) -> usize {
        let rest = &self.text[at..];
        if rest.starts_with("<!--") {
            let end = memmem::find(&rest.as_bytes()[4..], b"-->").map_or(rest.len(), |end| end + 7);
            return self.fill(end, Blank::Gap);
        }
        if rest.starts_with("<![CDATA[") {
            return self.fill("<![CDATA[".len(), Blank::Inline);
        }
        if at >= self.last_close {
            return 0;
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            let end = memchr::memchr(b'>', rest.as_bytes()).map_or(0, |end| end + 1);
            return self.fill(end, Blank::Gap);
        }
        let Some((name, opens)) = tag_name(rest) else { return 0 };
        let Some(end) = tag_end(rest.as_bytes()) else { return 0 };
        let hidden = ["script", "style"].into_iter().find(|h| name.eq_ignore_ascii_case(h));
        match hidden {
            Some(element) if opens && !rest[..end].ends_with("/>") => {
                let end = end + element_end(&rest.as_bytes()[end..], element);
                self.fill(end, Blank::Line)
            }
            _ => self.fill(end, blank_of(name)),
        }
    }

    /// Decodes the character reference at `at` in place; returns its length, or 0 when it is none.
    fn reference(&mut self, at: usize) -> usize {
        let Some((character, length)) = entities::decode(&self.text[at..]) else { return 0 };
        self.out.push(character);
        self.fill(length - character.len_utf8(), Blank::Inline);
        length
    }

    /// Blanks the end of a CDATA section. Outside of one, `]]>` is nothing that prose would write.
    fn end_of_cdata(&mut self, at: usize) -> usize {
        if self.text[at..].starts_with("]]>") { self.fill(3, Blank::Inline) } else { 0 }
    }

    fn fill(&mut self, length: usize, blank: Blank) -> usize {
        let (first, other) = match blank {
            Blank::Inline => (FILLER, FILLER),
            Blank::Gap => (' ', ' '),
            Blank::Line => ('\n', ' '),
        };
        self.out.extend(std::iter::once(first).chain(std::iter::repeat(other)).take(length));
        length
    }
}

/// The name of the tag at the start of `rest`, and whether it opens an element.
fn tag_name(rest: &str) -> Option<(&str, bool)> {
    let body = &rest[1..];
    let (body, opens) = body.strip_prefix('/').map_or((body, true), |body| (body, false));
    let end = body.bytes().position(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'-' | b':' | b'_' | b'.'))?;
    // What begins like a tag and goes on otherwise, `<name@example.org>` or `<5`, is text.
    let is_tag =
        body.as_bytes()[0].is_ascii_alphabetic() && matches!(body.as_bytes()[end], b'>' | b'/' | b' ' | b'\t'..=b'\r');
    is_tag.then_some((&body[..end], opens))
}

/// The length of the tag at the start of `tag`, through its `>`. A `>` inside a quoted attribute does not end it.
fn tag_end(tag: &[u8]) -> Option<usize> {
    let mut quote = None;
    let mut after_equals = false;
    for (at, &byte) in tag.iter().enumerate().skip(1) {
        match (quote, byte) {
            (Some(open), _) => quote = Some(open).filter(|&open| open != byte),
            (None, b'"' | b'\'') if after_equals => quote = Some(byte),
            (None, b'>') => return Some(at + 1),
            // A tag in the middle of a tag: the first was no tag.
            (None, b'<') => return None,
            (None, _) => {}
        }
        after_equals = byte == b'=' || (after_equals && byte.is_ascii_whitespace());
    }
    // The quote was never closed, so it was none.
    memchr::memchr(b'>', tag).map(|at| at + 1)
}

/// How much of `rest` belongs to the element whose content begins there: through its end tag, or all of it.
fn element_end(rest: &[u8], element: &str) -> usize {
    memmem::find_iter(rest, b"</")
        .find(|&at| {
            let name = rest.get(at + 2..at + 2 + element.len());
            name.is_some_and(|name| name.eq_ignore_ascii_case(element.as_bytes()))
        })
        .map_or(rest.len(), |at| memchr::memchr(b'>', &rest[at..]).map_or(rest.len(), |close| at + close + 1))
}

fn blank_of(name: &str) -> Blank {
    let mut buffer = [0; LONGEST_NAME];
    let Some(lower) = buffer.get_mut(..name.len()) else { return Blank::Gap };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    let known = |names: &[&str]| names.binary_search_by_key(&&*lower, |known| known.as_bytes()).is_ok();
    if known(&INLINE) {
        Blank::Inline
    } else if known(&BLOCK) {
        Blank::Line
    } else {
        Blank::Gap
    }
}

#[cfg(test)]
#[path = "markup_tests.rs"]
mod tests;
