//! `range`.
pub mod iter;
pub mod methods;
pub mod value;
