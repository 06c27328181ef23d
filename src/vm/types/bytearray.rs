//! `bytearray`.
pub mod methods;
pub mod slots;
pub mod value;
