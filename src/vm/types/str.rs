//! `str`.
pub mod case;
pub mod charmap;
pub mod codec;
pub mod codec_errors;
pub mod codec_handlers;
pub mod codec_registry;
pub mod find;
pub mod format_method;
pub mod iter;
pub mod methods;
pub mod percent;
pub mod percent_number;
pub mod slots;
pub mod split;
pub mod strip;
pub mod translate;
pub mod value;
