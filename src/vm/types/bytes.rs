//! `bytes`, and what it shares with `bytearray`.
pub mod convert;
pub mod iter;
pub mod percent;
pub mod shared;
pub mod slots;
pub mod value;
