//! `dict`.
pub mod methods;
pub mod slots;
mod table;
pub mod value;
