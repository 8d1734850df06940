.PHONY: run test soak bench weights specs

# A dev chain, a facilitator, a provider and a simulated enclave; official clients buy inferences, a dApp acts on one; a table
# shows what was paid for.
run:
	@scripts/run.sh

# Every test.
test:
	@scripts/test.sh

# Faults at random on four validators, for an hour or for ASSAY_SOAK_MINUTES.
soak:
	@scripts/soak.sh

# Settlements per second through the whole dev node, full blocks against their weight, what evidence and proofs cost.
bench:
	@scripts/bench.sh

# Measures every call of our pallets on this machine and rewrites runtime/src/weights/.
weights:
	@scripts/weights.sh

# The chain specs that ship.
specs:
	@chain-spec/make.sh
