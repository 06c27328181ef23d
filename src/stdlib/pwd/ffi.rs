//! The system's tables of users and groups, made safe.

use std::ffi::{CStr, CString};
use std::sync::{Mutex, PoisonError};

/// A user.
pub struct User {
    /// `pw_name`
    pub name: Vec<u8>,
    /// `pw_passwd`
    pub password: Vec<u8>,
    /// `pw_uid`
    pub uid: u32,
    /// `pw_gid`
    pub gid: u32,
    /// `pw_gecos`
    pub gecos: Vec<u8>,
    /// `pw_dir`
    pub home: Vec<u8>,
    /// `pw_shell`
    pub shell: Vec<u8>,
}

/// A group.
pub struct Group {
    /// `gr_name`
    pub name: Vec<u8>,
    /// `gr_passwd`
    pub password: Vec<u8>,
    /// `gr_gid`
    pub gid: u32,
    /// `gr_mem`
    pub members: Vec<Vec<u8>>,
}

const BUFFER_MAX: usize = 1 << 20;
/// The walks through the tables have one place in the process.
static WALK: Mutex<()> = Mutex::new(());

/// # Safety
/// A null-terminated string, or null.
unsafe fn text(pointer: *const libc::c_char) -> Vec<u8> {
    if pointer.is_null() {
        return Vec::new();
    }
    // SAFETY: passed on.
    unsafe { CStr::from_ptr(pointer) }.to_bytes().to_vec()
}

/// # Safety
/// A complete entry.
unsafe fn user(entry: &libc::passwd) -> User {
    // SAFETY: the strings of a complete entry end with null bytes.
    unsafe {
        User {
            name: text(entry.pw_name),
            password: text(entry.pw_passwd),
            uid: entry.pw_uid,
            gid: entry.pw_gid,
            gecos: text(entry.pw_gecos),
            home: text(entry.pw_dir),
            shell: text(entry.pw_shell),
        }
    }
}

/// # Safety
/// A complete entry.
unsafe fn group(entry: &libc::group) -> Group {
    let mut members = Vec::new();
    // SAFETY: the strings of a complete entry end with null bytes, the list of members with a null pointer.
    unsafe {
        let mut place = entry.gr_mem;
        while !place.is_null() && !(*place).is_null() {
            members.push(text(*place));
            place = place.add(1);
        }
        Group {
            name: text(entry.gr_name),
            password: text(entry.gr_passwd),
            gid: entry.gr_gid,
            members,
        }
    }
}

macro_rules! lookups {
    ($( $(#[doc = $doc:literal])* $name:ident($key:ident: $key_type:ty => $given:expr) -> $result:ident by $function:ident, $entry:ident, $convert:ident; )*) => { $(
        $(#[doc = $doc])*
        pub fn $name($key: $key_type) -> Option<$result> {
            let mut buffer = vec![0_u8; 1024];
            loop {
                // SAFETY: entry and buffer are whole; the entry is complete when the result points to it.
                unsafe {
                    let mut entry: libc::$entry = std::mem::zeroed();
                    let mut found = std::ptr::null_mut();
                    let error = libc::$function($given, &raw mut entry, buffer.as_mut_ptr().cast(), buffer.len(), &raw mut found);
                    if error == libc::ERANGE && buffer.len() < BUFFER_MAX {
                        buffer.resize(buffer.len() * 2, 0);
                        continue;
                    }
                    return (!found.is_null()).then(|| $convert(&entry));
                }
            }
        }
    )* };
}

lookups! {
    /// `getpwuid_r(3)`
    by_uid(uid: u32 => uid) -> User by getpwuid_r, passwd, user;
    /// `getpwnam_r(3)`
    by_name(name: &CString => name.as_ptr()) -> User by getpwnam_r, passwd, user;
    /// `getgrgid_r(3)`
    group_by_id(gid: u32 => gid) -> Group by getgrgid_r, group, group;
    /// `getgrnam_r(3)`
    group_by_name(name: &CString => name.as_ptr()) -> Group by getgrnam_r, group, group;
}

/// `getpwent(3)`
pub fn all() -> Vec<User> {
    let _walk = WALK.lock().unwrap_or_else(PoisonError::into_inner);
    let mut users = Vec::new();
    // SAFETY: nobody else walks; entries are read before the next call.
    unsafe {
        libc::setpwent();
        while let Some(entry) = libc::getpwent().as_ref() {
            users.push(user(entry));
        }
        libc::endpwent();
    }
    users
}

/// `getgrent(3)`
pub fn all_groups() -> Vec<Group> {
    let _walk = WALK.lock().unwrap_or_else(PoisonError::into_inner);
    let mut groups = Vec::new();
    // SAFETY: nobody else walks; entries are read before the next call.
    unsafe {
        libc::setgrent();
        while let Some(entry) = libc::getgrent().as_ref() {
            groups.push(group(entry));
        }
        libc::endgrent();
    }
    groups
}
