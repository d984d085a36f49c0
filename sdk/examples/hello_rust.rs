// SPDX-License-Identifier: Apache-2.0
// The smallest module in Rust, built by rustc alone. What a generator of bindings would write from
// the C headers is written by hand here, as far as it is used.
#![crate_type = "cdylib"]
use std::ffi::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::null;
use std::sync::atomic::{AtomicPtr, Ordering};

const MODULE_MAGIC: u32 = 0x304D_4E54;
const ABI_MINOR: u32 = 4;
const PHASE_HANDLER: i32 = 4;
const FINISHED: i32 = 1;
const FAILED: i32 = -1;

#[repr(C)]
pub struct Str {
    ptr: *const u8,
    len: usize,
}

#[repr(C)]
pub struct Header {
    name: Str,
    value: Str,
    known: u32,
    flags: u32,
}

#[repr(C)]
pub struct Host {
    struct_size: u32,
    abi_minor: u32,
    cfg: *const c_void,
    before_respond: [usize; 14],
    respond: extern "C" fn(*mut c_void, i32, *const Header, usize, Str) -> i32,
}

#[repr(C)]
pub struct Hook {
    struct_size: u32,
    phase: i32,
    run: i32,
    flags: u32,
    before: *const *const c_char,
    after: *const *const c_char,
    call: extern "C" fn(*mut c_void, *mut c_void, *const c_void) -> i32,
}

#[repr(C)]
pub struct Module {
    struct_size: u32,
    magic: u32,
    abi_major: u32,
    abi_minor: u32,
    name: *const c_char,
    id: *const c_char,
    version: *const c_char,
    summary: *const c_char,
    built_with: *const c_char,
    needs: *const *const c_char,
    options: *const c_void,
    n_options: usize,
    hooks: *const Hook,
    n_hooks: usize,
    filters: *const c_void,
    n_filters: usize,
    load: extern "C" fn(*mut c_void, *mut Host) -> i32,
    check: usize,
    create: usize,
    destroy: usize,
}

// The tables point to nothing but constants.
unsafe impl Sync for Hook {}
unsafe impl Sync for Module {}

static HOST: AtomicPtr<Host> = AtomicPtr::new(std::ptr::null_mut());

fn text(bytes: &'static [u8]) -> Str {
    Str { ptr: bytes.as_ptr(), len: bytes.len() }
}

// A panic must not leave the module: it becomes a failed hook.
extern "C" fn handle(_instance: *mut c_void, request: *mut c_void, _info: *const c_void) -> i32 {
    let answer = || {
        let host = unsafe { &*HOST.load(Ordering::Relaxed) };
        let kind = Header { name: text(b"Content-Type"), value: text(b"text/plain"), known: 0, flags: 0 };
        (host.respond)(request, 200, &kind, 1, text(b"Hello from Rust!\n"))
    };
    match catch_unwind(AssertUnwindSafe(answer)) {
        Ok(0) => FINISHED,
        _ => FAILED,
    }
}

extern "C" fn load(_self: *mut c_void, host: *mut Host) -> i32 {
    HOST.store(host, Ordering::Relaxed);
    0
}

static HOOK: Hook = Hook {
    struct_size: std::mem::size_of::<Hook>() as u32,
    phase: PHASE_HANDLER,
    run: 0,
    flags: 0,
    before: null(),
    after: null(),
    call: handle,
};

static MODULE: Module = Module {
    struct_size: std::mem::size_of::<Module>() as u32,
    magic: MODULE_MAGIC,
    abi_major: 0,
    abi_minor: ABI_MINOR,
    name: c"hello_rust".as_ptr(),
    id: c"com.example.hello_rust".as_ptr(),
    version: c"1.0.0".as_ptr(),
    summary: null(),
    built_with: null(),
    needs: null(),
    options: null(),
    n_options: 0,
    hooks: &HOOK,
    n_hooks: 1,
    filters: null(),
    n_filters: 0,
    load,
    check: 0,
    create: 0,
    destroy: 0,
};

#[unsafe(no_mangle)]
pub extern "C" fn tenon_module_v0(_hello: *const c_void) -> *const Module {
    &MODULE
}
