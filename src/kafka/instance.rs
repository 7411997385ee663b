//! The stable name of this process: group.instance.id and transactional.id both derive from it.
//!
//! It must be the same after a restart, so that the new process fences what the dead one left open instead of letting
//! readers wait for the transaction timeout; and two processes that run at once must never share it, or they fence one
//! another for ever. A random default would fail the first, the bare host name the second. The default is therefore
//! the host name and the lowest slot on this host whose lock file is free: the kernel frees the lock of a killed
//! process, and its successor takes the same slot.
//!
//! Processes in containers that share a host name but not a temporary directory cannot see one another's locks; there
//! `--instance` must be given (the pod name does well).

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::config::Config;

/// A claimed name. Dropping it frees the slot.
#[derive(Debug)]
pub struct Claim {
    name: String,
    _lock: Option<File>,
}

impl Claim {
    /// Takes the configured name, or the first free slot of this host.
    ///
    /// # Errors
    /// When no slot is free, or the temporary directory cannot be written.
    pub fn take(config: &Config) -> std::io::Result<Self> {
        match &config.kafka.instance {
            Some(name) => Ok(Self { name: name.clone(), _lock: None }),
            None => Self::first_free(&std::env::temp_dir(), &host(), &config.kafka.group),
        }
    }

    /// The name; workers append their ordinal.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The slot of one worker.
    #[must_use]
    pub fn slot(&self, worker: usize) -> String {
        format!("{}-{worker}", self.name)
    }

    fn first_free(dir: &Path, host: &str, group: &str) -> std::io::Result<Self> {
        for slot in 0..1_000 {
            let path = dir.join(format!("sanctions-stream.{group}.{slot}.lock"));
            // Another user's file: that slot is theirs.
            let Ok(file) = OpenOptions::new().create(true).truncate(false).write(true).open(&path) else { continue };
            match file.try_lock() {
                Ok(()) => return Ok(Self { name: format!("{host}.{slot}"), _lock: Some(file) }),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        let message = format!("no free instance slot in {}; give this process a name with --instance", dir.display());
        Err(std::io::Error::other(message))
    }
}

/// The host name as far as it may stand in a Kafka name.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .or_else(|_| std::fs::read_to_string("/etc/hostname"))
        .ok()
        .or_else(|| std::env::var("HOSTNAME").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .unwrap_or_default();
    let name: String = name
        .trim()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' })
        .take(100)
        .collect();
    if name.is_empty() { "localhost".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_at_once_differ_and_a_successor_gets_the_same_name() {
        let dir = tempfile::tempdir().unwrap();
        let first = Claim::first_free(dir.path(), "h", "g").unwrap();
        let second = Claim::first_free(dir.path(), "h", "g").unwrap();
        assert_eq!((first.name(), second.name()), ("h.0", "h.1"));
        assert_eq!(Claim::first_free(dir.path(), "h", "other").unwrap().name(), "h.0");
        drop(first);
        let successor = Claim::first_free(dir.path(), "h", "g").unwrap();
        assert_eq!(successor.slot(2), "h.0-2");
    }
}
