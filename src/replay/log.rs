//! Reading event logs: files and stdin, plain, gzip or zstd by their magic bytes, one record a line.
//!
//! A line that is not a document is a record too and becomes a dead letter further on; only what cannot be read at all
//! is an error here. Lines of nothing but white space are skipped, and still counted, so that numbers agree with editors.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::envelope;
use crate::input::{Coordinates, Header, Record};

/// A longer line than this is not an event log but a mistake, or a decompression bomb.
const LONGEST_LINE: u64 = 256 << 20;
const BUFFER: usize = 256 << 10;

/// Where an entry stands, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The log as the user named it.
    pub log: Arc<str>,
    /// The line, from 1; 0 where the name says all there is to say.
    pub line: u64,
}

impl Default for Place {
    fn default() -> Self {
        Self { log: Arc::from(""), line: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.log),
            line => write!(f, "{} line {line}", self.log),
        }
    }
}

/// One record of a log, owned so that its buffers can be used again for the next.
#[derive(Debug, Default)]
pub struct Entry {
    /// Where it stood.
    pub place: Place,
    /// The topic that an envelope names; `None` for a bare document.
    pub topic: Option<String>,
    /// Where it stood in Kafka, when an envelope says so.
    pub coordinates: Option<Coordinates>,
    /// The record's timestamp in milliseconds since the Unix epoch, when an envelope says so.
    pub timestamp: Option<i64>,
    /// The record key.
    pub key: Option<Vec<u8>>,
    /// The record headers.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
    /// The record value.
    pub value: Option<Vec<u8>>,
    /// Bytes taken from files up to this record, compressed as they are: what a progress bar shows.
    pub bytes_read: u64,
}

impl Entry {
    /// Lends the entry as the pipeline's record.
    pub fn with_record<T>(&self, read: impl FnOnce(&Record<'_>) -> T) -> T {
        let headers: Vec<Header<'_>> =
            self.headers.iter().map(|(name, value)| Header { name, value: value.as_deref() }).collect();
        read(&Record { key: self.key.as_deref(), value: self.value.as_deref(), headers: &headers })
    }

    /// Fills the entry from a line without its line feed. `line` is a buffer that may be taken.
    pub fn set_line(&mut self, line: &mut Vec<u8>) {
        if let Some(opened) = envelope::open(line) {
            self.topic = Some(opened.topic);
            self.coordinates = opened.coordinates;
            self.timestamp = opened.timestamp;
            self.key = opened.key;
            self.headers = opened.headers;
            self.value = opened.payload;
        } else {
            self.topic = None;
            self.coordinates = None;
            self.timestamp = None;
            self.key = None;
            self.headers.clear();
            let mut old = self.value.take().unwrap_or_default();
            old.clear();
            self.value = Some(std::mem::replace(line, old));
        }
    }
}

/// Anything that yields records one by one: logs here, a topic's range in the Kafka shell.
pub trait Records {
    /// Reads the next record into `entry`; `false` at the end.
    fn read(&mut self, entry: &mut Entry) -> anyhow::Result<bool>;
}

/// Why a log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file cannot be opened.
    #[error("cannot open {log}")]
    Open {
        /// The log as the user named it.
        log: String,
        /// What the system said.
        source: io::Error,
    },
    /// The bytes cannot be had or decompressed.
    #[error("cannot read {place}{}", compression.advice())]
    Read {
        /// Where reading stopped.
        place: Place,
        /// How the log is compressed.
        compression: Compression,
        /// What the system or the decompressor said.
        source: io::Error,
    },
    /// A line without end.
    #[error("{0} is longer than 256 MiB: this is not an event log of one JSON document a line")]
    TooLong(Place),
}

/// How a log is compressed, by its first bytes and not by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    Plain,
    /// gzip, one member or several.
    Gzip,
    /// Zstandard, one frame or several.
    Zstd,
}

impl Compression {
    fn of(first: &[u8]) -> Self {
        match first {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            _ => Self::Plain,
        }
    }

    const fn advice(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip => ", the gzip stream is damaged or cut short (gzip -t says more)",
            Self::Zstd => ", the zstd stream is damaged or cut short (zstd -t says more)",
        }
    }
}

/// One open log.
pub struct Log {
    place: Place,
    compression: Compression,
    lines: Box<dyn BufRead + Send>,
    line: Vec<u8>,
    read: Arc<AtomicU64>,
    length: Option<u64>,
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("place", &self.place).field("compression", &self.compression).finish()
    }
}

impl Log {
    /// Opens a file, or stdin for `-`.
    pub fn open(path: &Path) -> Result<Self, LogError> {
        if path.as_os_str() == "-" {
            return Self::from_reader("stdin", io::stdin(), None);
        }
        let name = path.display().to_string();
        let open = || {
            let file = File::open(path)?;
            let about = file.metadata()?;
            if about.is_dir() {
                return Err(io::Error::from(io::ErrorKind::IsADirectory));
            }
            Ok((file, about.is_file().then_some(about.len())))
        };
        let (file, length) = open().map_err(|source| LogError::Open { log: name.clone(), source })?;
        Self::from_reader(&name, file, length)
    }

    /// Reads a log from anything, decompressing it where its first bytes say so.
    pub fn from_reader(name: &str, reader: impl Read + Send + 'static, length: Option<u64>) -> Result<Self, LogError> {
        let place = Place { log: Arc::from(name), line: 0 };
        let read = Arc::new(AtomicU64::new(0));
        let mut reader = BufReader::with_capacity(BUFFER, Counting { inner: reader, read: Arc::clone(&read) });
        let failed = |source| LogError::Read { place: place.clone(), compression: Compression::Plain, source };
        let compression = Compression::of(reader.fill_buf().map_err(failed)?);
        let lines: Box<dyn BufRead + Send> = match compression {
            Compression::Plain => Box::new(reader),
            Compression::Gzip => {
                Box::new(BufReader::with_capacity(BUFFER, flate2::bufread::MultiGzDecoder::new(reader)))
            }
            Compression::Zstd => {
                let decoder = zstd::Decoder::with_buffer(reader).map_err(failed)?;
                Box::new(BufReader::with_capacity(BUFFER, decoder))
            }
        };
        Ok(Self { place, compression, lines, line: Vec::new(), read, length })
    }

    /// The file's size, where there is one.
    #[must_use]
    pub const fn length(&self) -> Option<u64> {
        self.length
    }

    /// The first bytes of what is to be read next, without taking them; empty at the end.
    pub fn peek(&mut self) -> Result<&[u8], LogError> {
        let Self { lines, place, compression, .. } = self;
        lines.fill_buf().map_err(|source| LogError::Read { place: place.clone(), compression: *compression, source })
    }

    /// Everything that is left, undivided.
    pub fn rest(&mut self) -> Result<Vec<u8>, LogError> {
        let mut bytes = Vec::new();
        self.lines.read_to_end(&mut bytes).map_err(|source| self.failed(source))?;
        Ok(bytes)
    }

    /// The next line that is not blank, with its number; `None` at the end.
    pub fn line(&mut self) -> Result<Option<(u64, &[u8])>, LogError> {
        Ok(self.next_line()?.then_some((self.place.line, self.line.as_slice())))
    }

    /// The name the user gave it, or `stdin`.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.place.log
    }

    fn failed(&self, source: io::Error) -> LogError {
        LogError::Read { place: self.place.clone(), compression: self.compression, source }
    }

    /// Reads the next line that is not blank, without its line feed; `false` at the end.
    fn next_line(&mut self) -> Result<bool, LogError> {
        loop {
            self.line.clear();
            self.place.line += 1;
            let mut limited = (&mut self.lines).take(LONGEST_LINE);
            let read = limited.read_until(b'\n', &mut self.line).map_err(|source| self.failed(source))?;
            if read == 0 {
                return Ok(false);
            }
            if self.line.last() == Some(&b'\n') {
                self.line.pop();
            } else if read as u64 == LONGEST_LINE {
                return Err(LogError::TooLong(self.place.clone()));
            }
            if self.line.last() == Some(&b'\r') {
                self.line.pop();
            }
            // A byte order mark belongs to the file, not to the first document.
            if self.place.line == 1 && self.line.starts_with(b"\xef\xbb\xbf") {
                self.line.drain(..3);
            }
            if !self.line.iter().all(u8::is_ascii_whitespace) {
                return Ok(true);
            }
        }
    }
}

impl Records for Log {
    fn read(&mut self, entry: &mut Entry) -> anyhow::Result<bool> {
        if !self.next_line()? {
            return Ok(false);
        }
        entry.place = self.place.clone();
        entry.bytes_read = self.read.load(Ordering::Relaxed);
        entry.set_line(&mut self.line);
        Ok(true)
    }
}

/// Several logs, one after the other, each opened when its turn comes.
#[derive(Debug)]
pub struct Logs {
    waiting: std::vec::IntoIter<PathBuf>,
    current: Option<Log>,
    done: u64,
}

impl Logs {
    /// The logs in this order.
    #[must_use]
    pub fn new(paths: Vec<PathBuf>) -> Self {
        Self { waiting: paths.into_iter(), current: None, done: 0 }
    }
}

impl Records for Logs {
    fn read(&mut self, entry: &mut Entry) -> anyhow::Result<bool> {
        loop {
            if let Some(log) = &mut self.current {
                if log.read(entry)? {
                    entry.bytes_read += self.done;
                    return Ok(true);
                }
                self.done += log.read.load(Ordering::Relaxed);
                self.current = None;
            }
            let Some(path) = self.waiting.next() else { return Ok(false) };
            self.current = Some(Log::open(&path)?);
        }
    }
}

struct Counting<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn lines(bytes: Vec<u8>) -> Vec<(u64, Vec<u8>)> {
        let mut log = Log::from_reader("log", io::Cursor::new(bytes), None).unwrap();
        let (mut entry, mut lines) = (Entry::default(), Vec::new());
        while log.read(&mut entry).unwrap() {
            lines.push((entry.place.line, entry.value.clone().unwrap()));
        }
        lines
    }

    #[test]
    fn plain_gzip_and_zstd_read_alike() {
        let text = b"\xef\xbb\xbf{\"id\":1}\r\n\n  \n{\"id\":2}\nnot json".to_vec();
        let want = vec![(1, b"{\"id\":1}".to_vec()), (4, b"{\"id\":2}".to_vec()), (5, b"not json".to_vec())];
        assert_eq!(lines(text.clone()), want);

        // Two members and two frames: what appending compressed logs gives.
        let (head, tail) = text.split_at(12);
        let gzip = |part: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(part).unwrap();
            encoder.finish().unwrap()
        };
        assert_eq!(lines([gzip(head), gzip(tail)].concat()), want);
        let zstd = |part| zstd::encode_all(part, 1).unwrap();
        assert_eq!(lines([zstd(head), zstd(tail)].concat()), want);
        assert_eq!(lines(Vec::new()), vec![]);
    }

    #[test]
    fn a_damaged_stream_says_so() {
        let mut log = Log::from_reader("cut.gz", io::Cursor::new(b"\x1f\x8b\x08\x00rubbish".to_vec()), None).unwrap();
        let error = log.read(&mut Entry::default()).unwrap_err().to_string();
        assert!(error.starts_with("cannot read cut.gz line 1, "), "{error}");
        assert!(error.contains("damaged or cut short"), "{error}");
    }
}
