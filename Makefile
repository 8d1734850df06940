.PHONY: run test soak bench weights specs

# A dev chain, a facilitator and a provider; official clients buy inferences; a table shows what was paid for.
run:
	@scripts/run.sh

# Every test.
test:
	@scripts/test.sh

# Faults at random on four validators, for an hour or for ASSAY_SOAK_MINUTES.
soak:
	@scripts/soak.sh

# Throughput of settlements through the whole dev node.
bench:
	@scripts/bench.sh

# Measures every call of our pallets on this machine and rewrites runtime/src/weights/.
weights:
	@scripts/weights.sh

# The chain specs that ship.
specs:
	@chain-spec/make.sh
