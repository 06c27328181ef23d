//! `tuple`.
pub mod iter;
pub mod methods;
pub mod slots;
pub mod value;
