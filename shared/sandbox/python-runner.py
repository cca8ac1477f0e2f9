# Runs one program inside the sandbox. stdin: {"source", "inputs"} as JSON. The result leaves by what was stdout, one JSON line after a
# first line "started"; whatever the program prints goes to stderr.
import inspect
import json
import os
import sys
import traceback

TRACEBACK_CHARACTERS = 8192
# The name that clients know from the wire.
PROGRAM = "<stdin>"

request = json.loads(sys.stdin.buffer.read())
channel = os.fdopen(os.dup(1), "wb", closefd=True)
os.dup2(2, 1)
channel.write(b"started\n")
channel.flush()


def answer(value):
    channel.write(json.dumps(value, allow_nan=False).encode() + b"\n")
    channel.flush()
    os._exit(0)


def fail(fault, message):
    answer({"fault": fault, "message": message})


def choose_arguments(main, inputs):
    arguments = {}
    for parameter in inspect.signature(main).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            arguments = {**inputs, **arguments}
        elif parameter.kind is not parameter.VAR_POSITIONAL:
            if parameter.name in inputs or parameter.default is parameter.empty:
                arguments[parameter.name] = inputs.get(parameter.name)
    return arguments


def execute():
    # One namespace for the whole program: main sees its helpers and imports.
    namespace = {"__name__": "program"}
    exec(compile(request["source"], PROGRAM, "exec"), namespace)
    main = namespace.get("main")
    if not inspect.isfunction(main):
        fail("no-main", "the code defines no function main")
    if not inspect.signature(main).parameters:
        fail("no-main", "main has no parameters")
    return main(**choose_arguments(main, request["inputs"]))


try:
    result = execute()
except BaseException as error:
    # The first frames are this runner's.
    frames = error.__traceback__
    while frames and frames.tb_frame.f_code.co_filename != PROGRAM:
        frames = frames.tb_next
    text = "".join(traceback.format_exception(type(error), error, frames))
    # Indented as the wire does.
    fail("raised", text.replace("\n  File ", "\n    File ")[-TRACEBACK_CHARACTERS:])

if not isinstance(result, (dict, str)):
    fail("result", f"main returned {type(result).__name__}, not a dict")
try:
    json.dumps(result, allow_nan=False)
except (TypeError, ValueError, RecursionError) as error:
    fail("result", f"the result is not JSON: {error}")
answer({"result": result})
