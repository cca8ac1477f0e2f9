/**
 * Python that runs once before any program: it takes away the modules that lead out of Python. That keeps programs from trying by accident; what keeps
 * them from succeeding is the kernel (confine-process.ts).
 */
export const PYODIDE_PRELUDE = `
import sys
for _name in [*sys.modules]:
    if _name.split(".")[0] in ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core", "ctypes", "_ctypes"):
        sys.modules[_name] = None
for _name in ("js", "pyodide_js", "_pyodide_core", "ctypes", "_ctypes"):
    sys.modules[_name] = None

def _run(source, inputs):
    answer = run_program(source, json.loads(inputs))
    # What was printed is kept by Python until it is told to let go; a program that closed its output loses it.
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        pass
    return answer
`
