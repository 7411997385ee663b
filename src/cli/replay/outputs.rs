//! The places a replay writes to: alert lines, story lines, dead-letter lines, notices about bad lines.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use indicatif::ProgressBar;
use serde_json::Value;

use super::Args;
use crate::cli::exit::{ExitCode, OrExit as _};
use crate::cli::terminal;
use crate::output::{Destination, Emitted};
use crate::pipeline::Processed;
use crate::replay::envelope::seal;
use crate::replay::pace::Speed;
use crate::replay::{Entry, topic_of, value_line};

/// Bad lines told one by one; the summary counts the rest.
const TOLD: u64 = 10;
/// The header of a dead letter that says in a sentence what was wrong.
const DETAIL: &str = "sanctions-stream.error.detail";

/// The form of an alert line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Value,
    Envelope,
}

/// When lines leave the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flush {
    /// With every record that emits something: somebody is waiting for it.
    EachRecord,
    /// When the buffer is full.
    WhenFull,
}

/// The open outputs of one replay.
pub(super) struct Outputs {
    alerts: Option<Box<dyn Write>>,
    dead_letters: Option<BufWriter<File>>,
    stories: Option<Table>,
    form: Form,
    flush: Flush,
    on_terminal: bool,
    collect: bool,
    collected: Vec<Value>,
    told: u64,
}

impl Outputs {
    /// Opens them. Under `--expect` stdout belongs to the differences, and alerts go only to `--alerts`.
    pub(super) fn open(args: &Args, expecting: bool) -> anyhow::Result<Self> {
        let to_stdout = args.alerts.is_none() && !expecting;
        let on_terminal = to_stdout && terminal::stdout_is_terminal();
        let alerts: Option<Box<dyn Write>> = match &args.alerts {
            Some(path) => Some(Box::new(create("--alerts", path)?)),
            None if to_stdout => Some(Box::new(terminal::plain())),
            None => None,
        };
        let streaming = args.speed != Speed::Max || args.logs.iter().any(|log| log.as_os_str() == "-");
        Ok(Self {
            alerts,
            dead_letters: args.dead_letters.as_deref().map(|path| create("--dead-letters", path)).transpose()?,
            stories: args.stories.as_deref().map(Table::create).transpose()?,
            form: if args.envelope { Form::Envelope } else { Form::Value },
            flush: if streaming || on_terminal { Flush::EachRecord } else { Flush::WhenFull },
            on_terminal,
            collect: expecting,
            collected: Vec::new(),
            told: 0,
        })
    }

    /// Whether alert lines scroll through a terminal.
    pub(super) const fn draws_on_terminal(&self) -> bool {
        self.on_terminal
    }

    /// The alert lines as JSON, where they were to be compared.
    pub(super) fn collected(&self) -> &[Value] {
        &self.collected
    }

    /// Writes what one record came to.
    pub(super) fn write(&mut self, entry: &Entry, processed: Processed, bar: &ProgressBar) -> anyhow::Result<()> {
        if let Some(reason) = processed.tally.rejected {
            self.tell(entry, reason, &processed.emitted, bar);
        }
        let emitted_any = !processed.emitted.is_empty();
        for emitted in &processed.emitted {
            match emitted.to {
                Destination::Alerts(_) | Destination::Signals => self.alert(emitted)?,
                Destination::DeadLetters => {
                    if let Some(out) = &mut self.dead_letters {
                        writeln!(out, "{}", sealed(emitted))
                            .context("cannot write dead letters")
                            .or_exit(ExitCode::Fatal)?;
                    }
                }
                Destination::Stories => {
                    if let Some(table) = &mut self.stories {
                        table.keep(emitted);
                    }
                }
                Destination::Mentions | Destination::Withdrawals | Destination::Neighbours => {}
            }
        }
        if self.flush == Flush::EachRecord && emitted_any {
            self.finish()?;
        }
        Ok(())
    }

    /// Writes what is known only at the end, and hands everything buffered to the system.
    pub(super) fn close(&mut self) -> anyhow::Result<()> {
        if let Some(table) = &mut self.stories {
            table.write().context("cannot write stories").or_exit(ExitCode::Fatal)?;
        }
        self.finish()
    }

    /// Hands everything buffered to the system.
    pub(super) fn finish(&mut self) -> anyhow::Result<()> {
        if let Some(out) = &mut self.alerts {
            out.flush().context("cannot write alerts").or_exit(ExitCode::Fatal)?;
        }
        if let Some(out) = &mut self.dead_letters {
            out.flush().context("cannot write dead letters").or_exit(ExitCode::Fatal)?;
        }
        Ok(())
    }

    fn alert(&mut self, emitted: &Emitted) -> anyhow::Result<()> {
        let sealed = (self.form == Form::Envelope).then(|| sealed(emitted));
        let Some(line) = sealed.as_deref().map(str::as_bytes).or_else(|| value_line(emitted)) else { return Ok(()) };
        if self.collect {
            self.collected.push(unpacked(serde_json::from_slice(line).context("an alert is not JSON")?));
        }
        if let Some(out) = &mut self.alerts {
            out.write_all(line)
                .and_then(|()| out.write_all(b"\n"))
                .context("cannot write alerts")
                .or_exit(ExitCode::Fatal)?;
        }
        Ok(())
    }

    fn tell(&mut self, entry: &Entry, reason: &str, emitted: &[Emitted], bar: &ProgressBar) {
        self.told += 1;
        let text = match self.told {
            ..=TOLD => {
                let detail = emitted.iter().flat_map(|e| &e.headers).find(|(name, _)| name == DETAIL);
                let detail = detail.and_then(|(_, value)| std::str::from_utf8(value.as_deref()?).ok());
                let detail = detail.map(|detail| format!(": {detail}")).unwrap_or_default();
                format!("{}: dead letter, {reason}{detail}", entry.place)
            }
            n if n == TOLD + 1 => "further dead letters are only counted; --dead-letters FILE keeps them".to_owned(),
            _ => return,
        };
        bar.suspend(|| terminal::notice(&text));
    }
}

/// The latest version of every story, in the order in which they were opened. A story that has left the window stays: the
/// table of a whole log is wanted, not what memory holds at its end.
struct Table {
    out: BufWriter<File>,
    places: BTreeMap<Vec<u8>, usize>,
    lines: Vec<Vec<u8>>,
}

impl Table {
    fn create(path: &Path) -> anyhow::Result<Self> {
        Ok(Self { out: create("--stories", path)?, places: BTreeMap::new(), lines: Vec::new() })
    }

    fn keep(&mut self, emitted: &Emitted) {
        let (Some(key), Some(value)) = (&emitted.key, &emitted.value) else { return };
        match self.places.get(key) {
            Some(place) => self.lines[*place].clone_from(value),
            None => {
                self.places.insert(key.clone(), self.lines.len());
                self.lines.push(value.clone());
            }
        }
    }

    fn write(&mut self) -> std::io::Result<()> {
        for line in &self.lines {
            self.out.write_all(line)?;
            self.out.write_all(b"\n")?;
        }
        self.out.flush()
    }
}

fn create(flag: &str, path: &Path) -> anyhow::Result<BufWriter<File>> {
    let file = File::create(path).with_context(|| format!("{flag}: cannot create {}", path.display()));
    file.map(|file| BufWriter::with_capacity(64 << 10, file)).or_exit(ExitCode::Usage)
}

fn sealed(emitted: &Emitted) -> String {
    seal(topic_of(&emitted.to), emitted.key.as_deref(), &emitted.headers, emitted.value.as_deref())
}

/// Replaces the payload text of an envelope by the JSON in it, so that two of them compare field by field.
pub(super) fn unpacked(mut line: Value) -> Value {
    if let Some(payload) = line.get_mut("payload")
        && let Some(inner) = payload.as_str().and_then(|text| serde_json::from_str(text).ok())
    {
        *payload = inner;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use crate::pipeline::Tally;
    use clap::Parser as _;

    #[test]
    fn alerts_and_dead_letters_go_to_their_files() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name).display().to_string();
        let (alerts, letters) = (path("alerts"), path("letters"));
        let line = ["sanctions-stream", "replay", "-", "--alerts", &alerts, "--dead-letters", &letters];
        for (more, want) in [
            (&[][..], "{\"id\":1}\n"),
            (
                &["--envelope"],
                "{\"topic\":\"alerts.x\",\"key\":\"BY\",\"headers\":[\"ce_id\",\"1\"],\"payload\":\"{\\\"id\\\":1}\"}\n",
            ),
        ] {
            let Command::Replay(args) = Cli::parse_from(line.iter().chain(more)).command else { unreachable!() };
            let mut outputs = Outputs::open(&args, true).unwrap();
            let alert = Emitted {
                to: Destination::Alerts("alerts.x".to_owned()),
                key: Some(b"BY".to_vec()),
                headers: vec![("ce_id".to_owned(), Some(b"1".to_vec()))],
                value: Some(b"{\"id\":1}".to_vec()),
            };
            let letter = Emitted { to: Destination::DeadLetters, key: None, headers: vec![], value: Some(vec![0xff]) };
            let processed = Processed { emitted: vec![alert, letter], tally: Tally::default() };
            outputs.write(&Entry::default(), processed, &ProgressBar::hidden()).unwrap();
            outputs.finish().unwrap();
            assert_eq!(std::fs::read_to_string(&alerts).unwrap(), want);
            let letter = std::fs::read_to_string(&letters).unwrap();
            assert!(letter.contains("\"payloadBase64\":\"/w==\""), "{letter}");
            let found: &Value = outputs.collected().first().unwrap();
            assert_eq!(crate::replay::golden::inner(found), &serde_json::json!({"id": 1}));
        }
    }
}
