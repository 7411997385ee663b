//! The tables of a report, once for a terminal and once for a page: the same cells, so that both say the same.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use super::super::palette::{STRONG, grouped, plural, words};
use super::errors;
use crate::evaluation::judge::Slot;
use crate::evaluation::reliability::THRESHOLDS;
use crate::evaluation::report::Axis;
use crate::evaluation::{Confusion, Finding, Report, Scores, Tally};
use crate::rules::Status;

/// A table with a caption. The first columns are words, the others numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    caption: String,
    /// How many columns from the left hold words.
    worded: usize,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn new(caption: impl Into<String>, worded: usize, head: &[&str]) -> Self {
        Self {
            caption: caption.into(),
            worded,
            head: head.iter().map(|cell| (*cell).to_owned()).collect(),
            rows: vec![],
        }
    }

    /// Writes it in columns.
    pub(super) fn write_human(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{STRONG}{}{STRONG:#}", self.caption)?;
        let widths: Vec<usize> = (0..self.head.len())
            .map(|column| {
                std::iter::once(&self.head).chain(&self.rows).map(|row| row[column].width()).max().unwrap_or(0)
            })
            .collect();
        for row in std::iter::once(&self.head).chain(&self.rows) {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let space = " ".repeat(widths[column] - cell.width());
                line.push_str("  ");
                if column < self.worded {
                    line.extend([cell.as_str(), &space])
                } else {
                    line.extend([&space, cell.as_str()])
                }
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// Writes it in Markdown.
    pub(super) fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        let row = |cells: &[String]| format!("| {} |", cells.join(" | "));
        let rule: Vec<String> =
            (0..self.head.len()).map(|column| if column < self.worded { "---" } else { "---:" }.to_owned()).collect();
        writeln!(out, "**{}**\n\n{}\n{}", self.caption, row(&self.head), row(&rule))?;
        for cells in &self.rows {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            writeln!(out, "{}", row(&cells))?;
        }
        Ok(())
    }
}

/// What was measured, in a sentence.
pub(super) fn heading(scores: &Scores, threshold: f64) -> String {
    let mut text = plural(scores.documents as usize, "document");
    let absent = scores.documents - scores.answered;
    if absent > 0 {
        text.push_str(&format!(" ({} of them absent, counted as unanswered)", grouped(absent.into())));
    }
    text.push_str(&format!("; alerts count from a confidence of {threshold} on."));
    let notes = [
        (scores.ambiguous, "ambiguous, outside the strict score"),
        (scores.excused, "about ordinary criminals, whose release is neither right nor wrong"),
    ];
    let notes = notes.iter().filter(|(count, _)| *count > 0).map(|(count, what)| {
        format!(" {} {} {what}.", grouped((*count).into()), if *count == 1 { "is" } else { "are" })
    });
    text.extend(notes);
    text
}

/// Every table of a report.
pub(super) fn all(report: &Report) -> Vec<Table> {
    let scores = &report.whole;
    let mut tables = vec![alerts(scores), statuses(scores), arguments(scores), confusion(scores)];
    tables.extend([reliability(scores), thresholds(scores)]);
    let mut axes: Vec<Axis> = report.parts.keys().map(|(axis, _)| *axis).collect();
    axes.dedup();
    tables.extend(axes.into_iter().map(|axis| parts(report, axis)));
    tables
}

const FIGURES: [&str; 6] = ["precision", "recall", "F1", "right", "wrong", "missed"];

fn figure(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.3}"))
}

fn figures(tally: &Tally) -> Vec<String> {
    let shares = [tally.precision(), tally.recall(), tally.f1()].map(figure);
    let counts = [tally.right, tally.wrong, tally.missed].map(|count| grouped(count.into()));
    shares.into_iter().chain(counts).collect()
}

fn with(first: &[&str], tally: &Tally) -> Vec<String> {
    first.iter().map(|cell| (*cell).to_owned()).chain(figures(tally)).collect()
}

fn alerts(scores: &Scores) -> Table {
    let mut table = Table::new("Alerts, by document and type", 1, &[&["type"][..], &FIGURES].concat());
    table.rows.extend(scores.types.iter().map(|of| with(&[&words(&of.event)], &of.strict)));
    table.rows.push(with(&["all types"], &scores.micro()));
    if scores.ambiguous > 0 {
        table.rows.push(with(&["all types, ambiguous documents too"], &scores.micro_all()));
    }
    table
}

fn statuses(scores: &Scores) -> Table {
    let head = [&["type", "status"][..], &FIGURES].concat();
    let mut table = Table::new("Statuses, by document and type; below announced they raise no alert", 2, &head);
    for of in &scores.types {
        for (status, tally) in Status::LADDER.into_iter().zip(&of.by_status) {
            if !tally.is_empty() {
                table.rows.push(with(&[&words(&of.event), status.name()], tally));
            }
        }
    }
    table
}

fn arguments(scores: &Scores) -> Table {
    let head = [&["argument"][..], &FIGURES].concat();
    let mut table = Table::new("Arguments of right alerts", 1, &head);
    table.rows.extend(Slot::ALL.iter().zip(&scores.arguments).map(|(slot, tally)| with(&[slot.name()], tally)));
    table
}

fn confusion(scores: &Scores) -> Table {
    let confusion = &scores.confusion;
    let caption = format!(
        "Statuses taken for one another: right (enacted, announced, or no alert) on {} of {} gold events whose type was \
         found, {}",
        grouped(confusion.right().into()),
        grouped(confusion.of().into()),
        figure(confusion.share())
    );
    let name = |status: Option<Status>| status.map_or("none", Status::name);
    let head: Vec<&str> = std::iter::once("readers say").chain(Confusion::places().map(name)).collect();
    let mut table = Table::new(caption, 1, &head);
    for gold in Confusion::places() {
        let cells: Vec<u32> = Confusion::places().map(|found| confusion.cell(gold, found)).collect();
        if cells.iter().any(|count| *count > 0) {
            let cells = cells.into_iter().map(|count| if count == 0 { ".".to_owned() } else { grouped(count.into()) });
            table.rows.push(std::iter::once(name(gold).to_owned()).chain(cells).collect());
        }
    }
    table
}

fn reliability(scores: &Scores) -> Table {
    let error = scores.reliability.error();
    let caption = format!("Confidence: said and observed, {} apart on average", figure(error));
    let mut table = Table::new(caption, 1, &["confidence", "alerts", "mean confidence", "precision"]);
    for bin in scores.reliability.bins() {
        table.rows.push(vec![
            format!("{:.2} to {:.2}", bin.from, bin.to),
            grouped(bin.alerts.into()),
            format!("{:.3}", bin.confidence),
            figure(bin.precision()),
        ]);
    }
    table
}

fn thresholds(scores: &Scores) -> Table {
    let mut table =
        Table::new("Alerts, if only this confidence and above counted", 1, &[&["threshold"][..], &FIGURES].concat());
    for threshold in THRESHOLDS {
        table.rows.push(with(&[&format!("{threshold:.2}")], &scores.reliability.at(threshold)));
    }
    table
}

/// Kinds and files are few and differ in nature, so that each type is shown; sources and years are many.
fn parts(report: &Report, axis: Axis) -> Table {
    let by_type = matches!(axis, Axis::Kind | Axis::File);
    let more = ["authority F1", "target F1", "status right"];
    let head = [&[axis.name(), "type"][..], &["documents"], &FIGURES, &more].concat();
    let mut table = Table::new(format!("Alerts by {}", axis.name()), 2, &head);
    for ((_, name), scores) in report.parts.iter().filter(|((of, _), _)| *of == axis) {
        let row = |event: &str, documents: String, tally: &Tally, more: [String; 3]| {
            let first = [name.clone(), event.to_owned(), documents];
            first.into_iter().chain(figures(tally)).chain(more).collect()
        };
        let of_type = scores.types.iter().filter(|of| by_type && !of.strict.is_empty());
        let nothing = || [const { String::new() }; 3];
        table.rows.extend(of_type.map(|of| row(&words(&of.event), String::new(), &of.strict, nothing())));
        let all = [scores.arguments[0].f1(), scores.arguments[1].f1(), scores.confusion.share()].map(figure);
        table.rows.push(row("all types", grouped(scores.documents.into()), &scores.micro(), all));
    }
    table
}

/// The errors as a table: a page has no room for sentences.
pub(super) fn errors(findings: &[Finding]) -> Table {
    let mut table = Table::new("Errors", 5, &["error", "type", "document", "expected", "found"]);
    for finding in findings {
        table.rows.push(vec![
            errors::fault(finding.fault),
            words(&finding.event),
            finding.document.clone(),
            finding.expected.iter().map(errors::expected).collect::<Vec<_>>().join("; "),
            finding.found.iter().map(errors::found).collect::<Vec<_>>().join("; "),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::fixture::{self, document, mention, names, span, suppressed};
    use crate::evaluation::{Answer, Gold, GoldEvent, Judge};
    use crate::rules::{Classified, Count, Mention, Qualifier, Role};

    const LIFTED: &str = "sanction_lifted";
    const RELEASED: &str = "prisoner_release";

    /// Six documents: right, right with wrong arguments, false, missed twice, excused.
    fn report() -> Report {
        let rules = fixture::rules();
        let judge = Judge::new(rules, 0.5);
        let mut report = Report::new(rules);
        let mut add = |id: &str,
                       flags: &[&str],
                       events: Vec<GoldEvent>,
                       body: &'static str,
                       found: &dyn Fn(&crate::input::Document<'_>) -> Classified| {
            let document = document("a", "Relief for the harbour", body);
            let gold = Gold { id: id.to_owned(), events, flags: flags.iter().map(|flag| (*flag).to_owned()).collect() };
            let found = found(&document);
            let verdict = judge.verdict(&gold, Some(Answer { document: &document, found: &found }));
            let parts = [Axis::Source, Axis::Kind].map(|axis| (axis, axis.part(&gold, Some(&document), "f")));
            report.add(rules, verdict, parts.to_vec());
        };
        let alerts = |mentions| Classified { mentions, ..Classified::default() };
        let event =
            |event: &str, status, who: &str| GoldEvent { authority: names(&[who]), ..fixture::gold(event, status) };
        let body = "It rained. The EU lifted its ban on potash. Norway may follow.";
        let lifting = |document: &crate::input::Document<'_>, confidence| Mention {
            authority: names(&["EU"]),
            rule: "lifted.measure.lift".to_owned(),
            ..mention(
                LIFTED,
                Status::Enacted,
                confidence,
                vec![
                    span(document, Role::Authority, "EU", "r"),
                    span(document, Role::Trigger, "lifted", "r"),
                    span(document, Role::Object, "ban", "r"),
                ],
            )
        };
        add("wire:right", &[], vec![event(LIFTED, Status::Enacted, "EU")], body, &|d| alerts(vec![lifting(d, 0.95)]));
        add("wire:false", &[], vec![event(LIFTED, Status::Background, "EU")], body, &|d| {
            alerts(vec![lifting(d, 0.72)])
        });
        let modal = |d: &crate::input::Document<'_>| {
            let evidence = vec![
                span(d, Role::Authority, "Norway", "r"),
                span(d, Role::Trigger, "follow", "r"),
                span(d, Role::Cue, "may", "modal.may"),
            ];
            Classified {
                suppressed: vec![suppressed(LIFTED, Status::Proposed, "modal", evidence)],
                ..Classified::default()
            }
        };
        let quoted = GoldEvent { quote: Some("lifted its ban".to_owned()), ..event(LIFTED, Status::Announced, "NO") };
        add("post:missed", &[], vec![quoted], body, &modal);
        add("post:silent", &[], vec![fixture::gold(LIFTED, Status::Enacted)], body, &|_| Classified::default());
        let freed = "Freedonia freed 52 sailors, among them Rufus T. Firefly, on Monday.";
        let release = |d: &crate::input::Document<'_>| Mention {
            count: Some(Count { value: 52, qualifier: Qualifier::Exact }),
            persons: names(&["Rufus T. Firefly"]),
            ..mention(
                RELEASED,
                Status::Announced,
                0.91,
                vec![
                    span(d, Role::Trigger, "freed", "r"),
                    span(d, Role::Count, "52", "r"),
                    span(d, Role::Person, "Rufus T. Firefly", "r"),
                ],
            )
        };
        let gold = GoldEvent {
            count: Some(25),
            persons: names(&["R. Firefly", "Chicolini"]),
            ..fixture::gold(RELEASED, Status::Enacted)
        };
        add("post:arguments", &["ambiguous"], vec![gold.clone()], freed, &|d| alerts(vec![release(d)]));
        add("wire:arguments", &[], vec![gold], freed, &|d| alerts(vec![release(d)]));
        add("wire:excused", &["criminal"], vec![], freed, &|d| alerts(vec![release(d)]));
        report.finish();
        report
    }

    fn text(draw: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        draw(&mut out).expect("writes to memory");
        String::from_utf8(anstream::adapter::strip_bytes(&out).into_vec()).expect("UTF-8")
    }

    #[test]
    fn people_see_tables_and_every_error_with_its_sentence() {
        let report = report();
        let shown = text(|out| {
            writeln!(out, "{}\n", heading(&report.whole, 0.5))?;
            for table in all(&report) {
                table.write_human(out)?;
                writeln!(out)?;
            }
            report.findings.iter().try_for_each(|finding| errors::write(out, finding, 90))
        });
        insta::assert_snapshot!("human", shown);
    }

    #[test]
    fn a_page_has_the_same_figures() {
        let report = report();
        let page = text(|out| {
            for table in all(&report) {
                table.write_markdown(out)?;
                writeln!(out)?;
            }
            errors(&report.findings).write_markdown(out)
        });
        insta::assert_snapshot!("markdown", page);
    }
}
