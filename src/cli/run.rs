//! `run`: the service, until it is told to stop.

use std::sync::Arc;
use std::time::Duration;

use super::connection::{ServiceArgs, coded};
use super::exit::{ExitCode, OrExit as _};
use super::logging::{self, LogFormat};
use super::rule_source;
use crate::kafka::Service;
use crate::metrics::Metrics;
use crate::pipeline::Pipeline;
use crate::serve::{Health, serve};

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    settings: ServiceArgs,
}

/// How often the end of the workers is looked for.
const GLANCE: Duration = Duration::from_millis(50);

/// Runs the service. SIGTERM and SIGINT end it after a last commit with exit code 0; a second signal ends it at once
/// with 130.
pub fn execute(args: Args, format: Option<LogFormat>, verbosity: u8) -> Result<ExitCode, anyhow::Error> {
    let config = Arc::new(args.settings.load()?);
    logging::start_configured(format, verbosity, &config.log)?;
    let rules = rule_source::load(config.rules.dir.as_deref(), &config.rules.extra).or_exit(ExitCode::Usage)?;
    let rules = Arc::new(rules);
    let metrics = Arc::new(Metrics::new(&rules));
    let pipeline = Pipeline::new(rules, config.classify.clone());
    // For probes and signals only: no worker ever runs on it.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut signals = runtime.block_on(async { Signals::new() })?;
    // On a thread of its own: it waits for brokers, and whoever wants to stop must not. The first process of a container
    // does not even end by a signal that it does not hear.
    let starting = {
        let (config, metrics) = (Arc::clone(&config), Arc::clone(&metrics));
        runtime.spawn_blocking(move || Service::start(&config, &pipeline, &metrics))
    };
    let started = runtime.block_on(async {
        tokio::select! {
            biased;
            started = starting => Some(started),
            () = signals.next() => None,
        }
    });
    let Some(started) = started else {
        tracing::info!("stopping: nothing had begun");
        runtime.shutdown_background();
        return Ok(ExitCode::Ok);
    };
    let service = started?.map_err(coded)?;
    let http = config.service.http.map(|address| {
        let health =
            Health { status: service.status(), metrics: Arc::clone(&metrics), max_age: config.service.ready_max_age };
        runtime.spawn(async move { serve(address, health).await.map_err(|error| (address, error)) })
    });
    let interrupted = runtime.block_on(async {
        let mut asked = false;
        let mut http = http;
        loop {
            tokio::select! {
                () = signals.next() => {
                    if asked {
                        return Ok(true);
                    }
                    asked = true;
                    tracing::info!("stopping: committing and leaving the group; a second signal stops at once");
                    service.ask_to_stop();
                }
                () = tokio::time::sleep(GLANCE) => {
                    if service.has_ended() {
                        return Ok(false);
                    }
                    if http.as_ref().is_some_and(tokio::task::JoinHandle::is_finished) {
                        service.ask_to_stop();
                        if let Some(task) = http.take()
                            && let Ok(Err((address, error))) = task.await
                        {
                            return Err(anyhow::anyhow!("cannot serve on {address}: {error}; choose another --http, or `off`"));
                        }
                    }
                }
            }
        }
    });
    match interrupted {
        Ok(true) => {
            // Not even destructors: they would wait for brokers. What is open is aborted by the next process.
            runtime.shutdown_background();
            std::process::exit(i32::from(ExitCode::Interrupted.number()));
        }
        Ok(false) => service.wait().map_err(coded).map(|()| ExitCode::Ok),
        Err(error) => {
            let _ = service.wait();
            Err(error).or_exit(ExitCode::Usage)
        }
    }
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
