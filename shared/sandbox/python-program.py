# Runs one program: the contract that every Python sandbox shares. A fault is an answer too.
import inspect
import json
import traceback

TRACEBACK_CHARACTERS = 8192
# The name that clients know from the wire.
PROGRAM = "<stdin>"


class Fault(Exception):
    def __init__(self, fault, message):
        self.answer = {"fault": fault, "message": message}


def choose_arguments(main, inputs):
    arguments = {}
    for parameter in inspect.signature(main).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            arguments = {**inputs, **arguments}
        elif parameter.kind is not parameter.VAR_POSITIONAL:
            if parameter.name in inputs or parameter.default is parameter.empty:
                arguments[parameter.name] = inputs.get(parameter.name)
    return arguments


def execute(source, inputs):
    # One namespace for the whole program: main sees its helpers and imports.
    namespace = {"__name__": "program"}
    exec(compile(source, PROGRAM, "exec"), namespace)
    main = namespace.get("main")
    if not inspect.isfunction(main):
        raise Fault("no-main", "the code defines no function main")
    if not inspect.signature(main).parameters:
        raise Fault("no-main", "main has no parameters")
    return main(**choose_arguments(main, inputs))


def describe(error):
    # The first frames are this runner's.
    frames = error.__traceback__
    while frames and frames.tb_frame.f_code.co_filename != PROGRAM:
        frames = frames.tb_next
    text = "".join(traceback.format_exception(type(error), error, frames))
    # Indented as the wire does.
    return text.replace("\n  File ", "\n    File ")[-TRACEBACK_CHARACTERS:]


def run_program(source, inputs):
    """Runs main of a source with inputs (a dict). Returns {"result"} or {"fault", "message"} as JSON."""
    try:
        result = execute(source, inputs)
    except Fault as fault:
        return json.dumps(fault.answer)
    except BaseException as error:
        return json.dumps({"fault": "raised", "message": describe(error)})
    if not isinstance(result, (dict, str)):
        return json.dumps({"fault": "result", "message": f"main returned {type(result).__name__}, not a dict"})
    try:
        return json.dumps({"result": result}, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        return json.dumps({"fault": "result", "message": f"the result is not JSON: {error}"})
