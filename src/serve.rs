//! `/live`, `/ready` and `/metrics` over HTTP.
//!
//! The only room that knows the HTTP library. It reads the status that the workers leave and never talks to Kafka:
//! a probe must not wait for a broker.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use serde::Serialize;

use crate::kafka::{Phase, Status};
use crate::metrics::Metrics;

/// What the handlers look at.
#[derive(Clone)]
pub struct Health {
    /// The workers.
    pub status: Arc<Status>,
    /// The metrics.
    pub metrics: Arc<Metrics>,
    /// Without progress for this long a worker is not ready.
    pub max_age: Duration,
}

/// Serves until the process ends.
///
/// # Errors
/// When the address cannot be bound.
pub async fn serve(address: SocketAddr, health: Health) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    tracing::info!(address = %listener.local_addr()?, "serving /live /ready /metrics");
    axum::serve(listener, router(health)).await
}

/// The routes, for tests and for embedding.
pub fn router(health: Health) -> Router {
    Router::new()
        .route("/live", get(live))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(health)
}

#[derive(Debug, Serialize)]
struct Report {
    ready: bool,
    workers: Vec<WorkerReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

#[derive(Debug, Serialize)]
struct WorkerReport {
    stage: &'static str,
    worker: usize,
    ready: bool,
    partitions: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

fn report(health: &Health) -> Report {
    let workers: Vec<WorkerReport> = health
        .status
        .workers
        .iter()
        .map(|status| {
            let why = status.trouble(health.max_age);
            let partitions = if let (Phase::Assigned(count), _) = status.now() { count } else { 0 };
            WorkerReport { stage: status.stage.name(), worker: status.ordinal, ready: why.is_none(), partitions, why }
        })
        .collect();
    let failure = health.status.gave_up().map(|failure| failure.to_string());
    Report { ready: failure.is_none() && workers.iter().all(|worker| worker.ready), workers, failure }
}

/// Alive until the process has given up: a restart would not help a broker that is away.
async fn live(State(health): State<Health>) -> impl IntoResponse {
    match health.status.gave_up() {
        None => (StatusCode::OK, "live\n".to_owned()),
        Some(failure) => (StatusCode::SERVICE_UNAVAILABLE, format!("{failure}\n")),
    }
}

async fn ready(State(health): State<Health>) -> impl IntoResponse {
    let report = report(&health);
    let code = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = serde_json::to_string(&report).unwrap_or_default() + "\n";
    (code, [(header::CONTENT_TYPE, "application/json")], body)
}

async fn metrics(State(health): State<Health>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], health.metrics.encode())
}
