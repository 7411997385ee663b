//! Tests of the pure core: no broker, no network, no clock.

mod output;
