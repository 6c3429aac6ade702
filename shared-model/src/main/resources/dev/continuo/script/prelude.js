// Runs once in every new context, before any script: takes away what a script must not have, bounds the built-in
// functions that can make much from little in one call, and freezes everything that two evaluations share.
(function (sink, maxArray, maxResult) {
    'use strict';

    const { defineProperty, freeze, getOwnPropertyDescriptor, getPrototypeOf } = Object;
    const { apply, ownKeys } = Reflect;
    const { isArray } = Array;
    const { parse, stringify } = JSON;
    const { slice } = String.prototype;
    const { then } = Promise.prototype;
    const ErrorPrototype = Error.prototype;
    const PromiseConstructor = Promise;

    const ALLOWED = new Set([
        'AggregateError', 'Array', 'Boolean', 'Date', 'Error', 'EvalError', 'Function', 'Infinity', 'Intl', 'Iterator',
        'JSON', 'Map', 'Math', 'NaN', 'Number', 'Object', 'Promise', 'Proxy', 'RangeError', 'ReferenceError',
        'Reflect', 'RegExp', 'Set', 'String', 'Symbol', 'SyntaxError', 'TypeError', 'URIError', 'WeakMap', 'WeakSet',
        'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'globalThis', 'isFinite',
        'isNaN', 'parseFloat', 'parseInt', 'undefined', 'unescape',
    ]);

    function define(owner, name, value) {
        defineProperty(owner, name, { value, writable: true, enumerable: false, configurable: true });
    }

    function removeGlobals() {
        for (const name of ownKeys(globalThis)) {
            if (!ALLOWED.has(name)) {
                delete globalThis[name];
            }
        }
    }

    // instanceof Function still holds; making code from text does not work, whichever constructor a script finds.
    function replaceFunctionConstructors() {
        const prototype = getPrototypeOf(function () {});
        const blocked = function Function() {
            throw new EvalError('code cannot be made from text here');
        };
        defineProperty(blocked, 'prototype', { value: prototype, writable: false });
        define(globalThis, 'Function', blocked);
        for (const sample of [function () {}, function* () {}, async function () {}, async function* () {}]) {
            define(getPrototypeOf(sample), 'constructor', blocked);
        }
    }

    function wrap(owner, name, make) {
        const original = owner[name];
        const wrapper = make(original);
        defineProperty(wrapper, 'length', { value: original.length });
        define(owner, name, wrapper);
    }

    function tooLong() {
        return new RangeError('an array is longer than ' + maxArray + ' elements');
    }

    function boundArrays() {
        const walkers = [
            'copyWithin', 'fill', 'flat', 'includes', 'indexOf', 'join', 'lastIndexOf', 'reverse', 'slice', 'sort',
            'splice', 'toReversed', 'toSorted', 'toSpliced', 'with', 'unshift', 'shift', 'toLocaleString',
        ];
        for (const name of walkers) {
            wrap(Array.prototype, name, (original) => ({
                [name](...args) {
                    if (this.length > maxArray) {
                        throw tooLong();
                    }
                    return apply(original, this, args);
                },
            })[name]);
        }
        wrap(Array.prototype, 'concat', (original) => ({
            concat(...args) {
                let total = isArray(this) ? this.length : 1;
                for (let i = 0; i < args.length; i++) {
                    total += isArray(args[i]) ? args[i].length : 1;
                }
                if (total > maxArray) {
                    throw tooLong();
                }
                return apply(original, this, args);
            },
        }).concat);
        wrap(Array, 'from', (original) => ({
            from(items, ...rest) {
                let source = items;
                if (items !== null && items !== undefined && items[Symbol.iterator] === undefined) {
                    const length = Number(items.length);
                    if (length > maxArray) {
                        throw tooLong();
                    }
                    // The length is read once: a getter cannot give another one afterwards.
                    source = Object.create(Object(items), { length: { value: length } });
                }
                return apply(original, this, [source, ...rest]);
            },
        }).from);
    }

    function boundTexts() {
        wrap(String.prototype, 'split', (original) => ({
            split(separator, limit) {
                const most = limit === undefined ? maxArray + 1 : Math.min(limit >>> 0, maxArray + 1);
                const parts = apply(original, this, [separator, most]);
                if (isArray(parts) && parts.length > maxArray) {
                    throw tooLong();
                }
                return parts;
            },
        }).split);
        const listing = ['keys', 'values', 'entries', 'getOwnPropertyNames', 'getOwnPropertyDescriptors', 'assign'];
        for (const name of listing) {
            wrap(Object, name, (original) => ({
                [name](...args) {
                    for (let i = 0; i < args.length; i++) {
                        const long = typeof args[i] === 'string' || args[i] instanceof String;
                        if (long && args[i].length > maxArray) {
                            throw tooLong();
                        }
                    }
                    return apply(original, this, args);
                },
            })[name]);
        }
    }

    // A frozen property of a prototype cannot be assigned on what inherits from it, which would break the usual
    // `this.name = ...` of an error class. As an accessor it can: the setter gives the object a property of its own.
    function keepAssignable(prototype) {
        for (const name of ownKeys(prototype)) {
            const { value, configurable } = getOwnPropertyDescriptor(prototype, name);
            if (value === undefined || !configurable) {
                continue;
            }
            defineProperty(prototype, name, {
                get() {
                    return value;
                },
                set(own) {
                    if (this === prototype) {
                        throw new TypeError('built-in objects cannot be changed');
                    }
                    defineProperty(this, name, { value: own, writable: true, enumerable: true, configurable: true });
                },
                enumerable: false,
                configurable: true,
            });
        }
    }

    function lineOf(values) {
        return values.map((value) => {
            if (typeof value === 'string') {
                return value;
            }
            try {
                if (value instanceof Error) {
                    return described(value);
                }
                const text = typeof value === 'object' ? stringify(value) : String(value);
                return text === undefined ? 'undefined' : text;
            } catch (unprintable) {
                return '[unprintable]';
            }
        }).join(' ');
    }

    function addConsole() {
        const console = {};
        for (const [name, level] of [
            ['trace', 'DEBUG'], ['debug', 'DEBUG'], ['log', 'INFO'], ['info', 'INFO'], ['warn', 'WARN'],
            ['error', 'ERROR'],
        ]) {
            console[name] = {
                [name](...values) {
                    sink(level, lineOf(values));
                },
            }[name];
        }
        define(globalThis, 'console', console);
    }

    // What scripts can reach without a global name.
    function hidden() {
        const helper = globalThis.Iterator === undefined
            ? []
            : [[].values().map((x) => x), Iterator.from({ next() {} })];
        const segments = new Intl.Segmenter('en').segment('a');
        return [
            function () {}, function* () {}, async function () {}, async function* () {}, (function* () {})(),
            (async function* () {})(), [].values(), new Map().entries(), new Set().values(), ''[Symbol.iterator](),
            'a'.matchAll(/a/g), (function () { return arguments; })(), new Error(), /a/, segments,
            segments[Symbol.iterator](), Promise.resolve(), ...helper,
        ];
    }

    function freezeAll() {
        const seen = new Set();
        const open = [globalThis, ...hidden()];
        while (open.length > 0) {
            const found = open.pop();
            if (found === null || (typeof found !== 'object' && typeof found !== 'function') || seen.has(found)) {
                continue;
            }
            seen.add(found);
            open.push(getPrototypeOf(found));
            for (const name of ownKeys(found)) {
                const property = getOwnPropertyDescriptor(found, name);
                open.push(property.value, property.get, property.set);
            }
        }
        for (const object of seen) {
            freeze(object);
        }
    }

    function described(error) {
        try {
            if (typeof error !== 'object' || error === null) {
                return apply(slice, String(error), [0, 2000]);
            }
            const { name, message } = error;
            const text = typeof message !== 'string'
                ? stringify(error)
                : typeof name === 'string' && name !== '' ? name + ': ' + message : message;
            return apply(slice, String(text), [0, 2000]);
        } catch (unprintable) {
            return 'an error that cannot be shown';
        }
    }

    const VALUE = 0;
    const PENDING = 1;
    const TOO_LARGE = 2;
    const THROWN = 3;
    let settled;

    function finished(value) {
        let text;
        try {
            text = stringify(value);
        } catch (error) {
            if (error instanceof RangeError && error.message === 'Invalid string length') {
                return [TOO_LARGE, ''];
            }
            throw error;
        }
        if (text === undefined) {
            return [VALUE, 'null'];
        }
        return text.length > maxResult ? [TOO_LARGE, ''] : [VALUE, text];
    }

    function outcome(compute) {
        settled = undefined;
        try {
            const value = compute();
            if (!(value instanceof PromiseConstructor)) {
                return finished(value);
            }
            apply(then, value, [
                (result) => { settled = { result }; },
                (error) => { settled = { error }; },
            ]);
            return [PENDING, ''];
        } catch (error) {
            return [THROWN, described(error)];
        }
    }

    function callable(found, entry, module) {
        // The name alone also finds built-in functions, which are no functions of the script.
        const declared = found === globalThis[entry] ? undefined : found;
        for (const owner of [declared, module.exports]) {
            if (typeof owner === 'function') {
                return [owner, undefined];
            }
            const member = typeof owner === 'object' && owner !== null ? owner[entry] : undefined;
            if (typeof member === 'function' && member !== Object.prototype[entry]) {
                return [member, owner];
            }
        }
        throw new TypeError('the script has no function ' + entry);
    }

    removeGlobals();
    replaceFunctionConstructors();
    boundArrays();
    boundTexts();
    addConsole();
    keepAssignable(Object.prototype);
    for (const type of [
        Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError,
    ]) {
        keepAssignable(type.prototype);
    }
    freezeAll();

    return [
        // a compiled expression or body
        (compiled, input) => outcome(() => compiled(parse(input))),
        // a program, by the direct eval that only this call has
        (arm, run, evaluate, source, input) => {
            const value = parse(input);
            return outcome(() => {
                arm(evaluate);
                try {
                    return run(value, () => arm(undefined), source);
                } finally {
                    arm(undefined);
                }
            });
        },
        // a function script
        (factory, entry, input) => {
            const call = parse(input);
            return outcome(() => {
                const module = { exports: {} };
                const [target, owner] = callable(factory(module, module.exports), entry, module);
                return apply(target, owner, [call.input, {}, call.ctx]);
            });
        },
        // what became of a promise, after the jobs of the evaluation have run
        () => {
            const last = settled;
            if (last === undefined) {
                return [THROWN, 'Error: the returned promise is never settled'];
            }
            return outcome(() => {
                if ('error' in last) {
                    throw last.error;
                }
                return last.result;
            });
        },
    ];
})
