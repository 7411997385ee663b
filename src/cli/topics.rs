//! `topics create` and `topics show`.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Subcommand;

use super::connection::{Args as Connection, coded};
use super::exit::{ExitCode, OrExit as _};
use super::rule_source;
use crate::kafka::{self, Found, Partitions, TopicPlan};

/// Arguments of `topics`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create the topics that are missing; existing ones are left as they are
    Create(Plan),
    /// Show the topics and how they differ from the contract; exit code 1 if the service would run wrongly
    Show(Plan),
}

#[derive(Debug, clap::Args)]
struct Plan {
    /// Partitions of the topics that carry load
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(i32).range(1..=10_000))]
    partitions: i32,

    /// Partitions of mentions and stories. One core takes all the news there is, and in one partition every report finds
    /// its story; with more, a report that names no counterparty may open a story of its own
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..=10_000))]
    story_partitions: i32,

    /// Replicas of every partition; the broker's default when not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=100))]
    replication: Option<i32>,

    /// Rules from this directory, whose event types name the alert topics
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,

    /// Rules to add
    #[arg(long, value_name = "PATH")]
    rules_extra: Vec<PathBuf>,

    #[command(flatten)]
    connection: Connection,
}

/// Creates or shows the topics.
pub fn execute(args: Args) -> Result<ExitCode, anyhow::Error> {
    let (plan, creates) = match args.command {
        Command::Create(plan) => (plan, true),
        Command::Show(plan) => (plan, false),
    };
    let config = plan.connection.load()?;
    // The same rules as the service takes from the file or the environment: it asks for a topic for each of their events.
    let dir = plan.rules.as_deref().or(config.rules.dir.as_deref());
    let extra = if plan.rules_extra.is_empty() { &config.rules.extra } else { &plan.rules_extra };
    let rules = rule_source::load(dir, extra).or_exit(ExitCode::Usage)?;
    let each = Partitions { load: plan.partitions, stories: plan.story_partitions };
    let plans: Vec<TopicPlan> = kafka::contract(&config, &rules, each, plan.replication);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut out = anstream::stdout().lock();
    if creates {
        let created = runtime.block_on(kafka::create(&config, &plans)).map_err(coded)?;
        for plan in &plans {
            let done = if created.contains(&plan.name) { "created" } else { "exists" };
            writeln!(out, "{done:<8} {}", plan.name)?;
        }
        return Ok(ExitCode::Ok);
    }
    let found = runtime.block_on(kafka::examine(&config, &plans)).map_err(coded)?;
    let width = found.iter().map(|f| f.plan.name.len()).max().unwrap_or(0);
    for topic in &found {
        show(&mut out, topic, width)?;
    }
    let wrong = found.iter().any(|topic| topic.differences.iter().any(kafka::Difference::matters));
    Ok(if wrong { ExitCode::Findings } else { ExitCode::Ok })
}

fn show(out: &mut impl std::io::Write, topic: &Found, width: usize) -> std::io::Result<()> {
    let name = &topic.plan.name;
    match topic.layout {
        None => writeln!(out, "{name:<width$}  missing")?,
        Some((partitions, replicas)) => {
            let settings: Vec<String> = topic.settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let settings = settings.join(" ");
            writeln!(
                out,
                "{name:<width$}  {partitions} partitions, {replicas} replicas, {settings}  # {}",
                topic.plan.purpose
            )?;
            for difference in &topic.differences {
                writeln!(out, "{:<width$}  {} {difference}", "", if difference.matters() { "WRONG" } else { "note" })?;
            }
        }
    }
    Ok(())
}
