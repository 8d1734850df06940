//! The verifiers in a wasm module of their own, which has to do its curve arithmetic itself.

use anyhow::ensure;
use std::{
    path::Path,
    time::{Duration, Instant},
};
use wasmtime::{Engine, Instance, Memory, Store, TypedFunc};

/// A module, ready to verify.
pub(crate) struct Module {
    store: Store<()>,
    memory: Memory,
    reserve: TypedFunc<u32, u32>,
    verify: TypedFunc<(u32, u32), u32>,
}

impl Module {
    /// Compiles and starts a module, with the compiler that nodes use.
    pub(crate) fn load(file: &Path) -> anyhow::Result<Self> {
        let engine = Engine::default();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &wasmtime::Module::from_file(&engine, file)?, &[])?;
        let memory = instance.get_memory(&mut store, "memory").ok_or_else(|| anyhow::anyhow!("no memory"))?;
        let reserve = instance.get_typed_func(&mut store, "reserve")?;
        let verify = instance.get_typed_func(&mut store, "verify")?;
        Ok(Self { store, memory, reserve, verify })
    }

    /// The time that verifying a proof took, which must hold.
    pub(crate) fn verify(&mut self, input: &[u8]) -> anyhow::Result<Duration> {
        let len = u32::try_from(input.len())?;
        let place = self.reserve.call(&mut self.store, len)?;
        self.memory.write(&mut self.store, place.try_into()?, input)?;
        let start = Instant::now();
        let holds = self.verify.call(&mut self.store, (place, len))?;
        let took = start.elapsed();
        ensure!(holds == 1, "the module refuses a good proof");
        Ok(took)
    }
}
