"""转述 Parts that another module of the bench measures and tells as JSON."""

import importlib.util
import json
import sys
from pathlib import Path

from bench.auditing import ROOT, measured
from bench.performance.kept import Kept, Ran, costing


def by_module(kept: Kept, part: str, module: str, options: list[str], size: int, seed: int) -> bool:
    """由该模块量 Once; kept like every other run."""
    print(f"\n{part}: python -m {module} {' '.join(options)}", flush=True)
    ran = kept.has(part, size, seed, 0, module)
    if ran is None:
        if importlib.util.find_spec(module) is None:
            print("  not built")
            return True
        cost = measured([sys.executable, "-m", module, *options], Path(ROOT))
        try:
            told = json.loads(cost.out)
            failed = f"exit code {cost.code}" if cost.code else None
        except ValueError as error:
            told, failed = {}, f"exit code {cost.code}: {error}"
        ran = kept.add(Ran(part, size, seed, 0, module, failed=failed, told=told, **costing(cost)))
    print(f"  {ran.failed or ''}{json.dumps(ran.told, ensure_ascii=False)[:600]}", flush=True)
    return not ran.failed
