//! `list`.
pub mod iter;
pub mod methods;
pub mod slots;
pub mod sort;
pub mod value;
