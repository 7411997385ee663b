//! Opening and checking a plain article allocates nothing, counted by the allocator itself.
//!
//! A binary of its own: a global allocator counts for everything in it, so nothing else may run beside the test.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use sanctions_stream::input::{Limits, Record, needs_decoding, open};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed on to the system allocator unchanged; the counter is a plain thread-local cell whose
// initialiser is constant, so touching it allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `work` allocates on this thread.
fn count<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = ALLOCATIONS.get();
    let value = work();
    (ALLOCATIONS.get() - before, value)
}

/// A plain article of the usual size: paragraphs, quotation marks, no markup.
fn article() -> String {
    let paragraph = "The harbour authority said on Tuesday that \\\"the new crane\\\" will lift containers twice as \
                     fast \u{2014} a relief for the caf\u{e9}s on the quay, which had waited for years.\\n\\n";
    let body = paragraph.repeat(4_400 / paragraph.len());
    let article = format!(
        r#"{{"id":"plain-1","version":"3","url":"https://news.example/harbour/1","headline":"Harbour gets a crane",
        "description":"It was about time.","body":"{body}","publishedAt":"2025-06-01T08:00:00+02:00","language":"en",
        "source":{{"name":"Harbour Post","uri":"https://news.example","country":"NL"}},"pubStatus":"usable",
        "embargoedUntil":"2025-06-01","genres":["Background"],"people":["A","B"],"words":712}}"#
    );
    assert!((4_500..4_900).contains(&article.len()), "{}", article.len());
    article
}

#[test]
fn opening_a_plain_article_allocates_nothing() {
    let article = article();
    let record = Record { key: Some(b"key"), value: Some(article.as_bytes()), headers: &[] };
    for _ in 0..3 {
        let (allocations, quiet) = count(|| {
            let opened = open(&record, Limits::default()).ok()?;
            Some((opened.kind(), opened.standing(), needs_decoding(opened.json().as_bytes())))
        });
        assert!(quiet.is_some_and(|(_, _, needs_decoding)| !needs_decoding));
        assert_eq!(allocations, 0);
    }
}

#[test]
fn the_counter_counts() {
    assert_eq!(count(|| String::with_capacity(10)).0, 1);
}
