//! Tests of the pure stages through their public face.

mod input;
