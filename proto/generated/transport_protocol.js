/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError, $TypeError = $util.global.TypeError, $String = $util.global.String, $Array = $util.global.Array, $Number = $util.global.Number, $parseInt = $util.global.parseInt, $BigInt = $util.global.BigInt, $Boolean = $util.global.Boolean;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const transport_protocol = $root.transport_protocol = (() => {

    /**
     * Namespace transport_protocol.
     * @exports transport_protocol
     * @namespace
     */
    const transport_protocol = {};

    transport_protocol.Data = (function() {

        /**
         * Properties of a Data.
         * @typedef {Object} transport_protocol.Data.$Properties
         * @property {string|null} [file_name] Data file_name
         * @property {Uint8Array|null} [data] Data data
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Data.
         * @memberof transport_protocol
         * @interface IData
         * @augments transport_protocol.Data.$Properties
         * @deprecated Use transport_protocol.Data.$Properties instead.
         */

        /**
         * Shape of a Data.
         * @typedef {transport_protocol.Data.$Properties} transport_protocol.Data.$Shape
         */

        /**
         * Constructs a new Data.
         * @memberof transport_protocol
         * @classdesc Represents a Data.
         * @constructor
         * @param {transport_protocol.Data.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Data = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Data file_name.
         * @member {string} file_name
         * @memberof transport_protocol.Data
         * @instance
         */
        Data.prototype.file_name = "";

        /**
         * Data data.
         * @member {Uint8Array} data
         * @memberof transport_protocol.Data
         * @instance
         */
        Data.prototype.data = $util.newBuffer([]);

        /**
         * Creates a new Data instance using the specified properties.
         * @function create
         * @memberof transport_protocol.Data
         * @static
         * @param {transport_protocol.Data.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.Data} Data instance
         * @type {{
         *   (properties: transport_protocol.Data.$Shape): transport_protocol.Data & transport_protocol.Data.$Shape;
         *   (properties?: transport_protocol.Data.$Properties): transport_protocol.Data;
         * }}
         */
        Data.create = function(properties) {
            return new Data(properties);
        };

        /**
         * Encodes the specified Data message. Does not implicitly {@link transport_protocol.Data.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.Data
         * @static
         * @param {transport_protocol.Data.$Properties} message Data message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Data.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name") && message.file_name !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.file_name);
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.data);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Data message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.Data
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.Data & transport_protocol.Data.$Shape} Data
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Data.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.Data();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.file_name = value;
                        else
                            delete message.file_name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a Data message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.Data
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.Data} Data
         */
        Data.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.Data)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.Data: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.Data();
            if (object.file_name != null)
                if (typeof object.file_name !== "string" || object.file_name.length)
                    message.file_name = $String(object.file_name);
            if (object.data != null)
                if (object.data.length)
                    if (typeof object.data === "string")
                        $util.base64.decode(object.data, message.data = $util.newBuffer($util.base64.length(object.data)), 0);
                    else if (object.data.length >= 0)
                        message.data = object.data;
            return message;
        };

        /**
         * Creates a plain object from a Data message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.Data
         * @static
         * @param {transport_protocol.Data} message Data
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        Data.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.file_name = "";
                if (options.bytes === $String)
                    object.data = "";
                else {
                    object.data = [];
                    if (options.bytes !== $Array)
                        object.data = $util.newBuffer(object.data);
                }
            }
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name"))
                object.file_name = message.file_name;
            if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                object.data = options.bytes === $String ? $util.base64.encode(message.data, 0, message.data.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.data) : message.data;
            return object;
        };

        /**
         * Converts this Data to JSON.
         * @function toJSON
         * @memberof transport_protocol.Data
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        Data.prototype.toJSON = function() {
            return Data.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for Data
         * @function getTypeUrl
         * @memberof transport_protocol.Data
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Data.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.Data";
        };

        return Data;
    })();

    transport_protocol.Read = (function() {

        /**
         * Properties of a Read.
         * @typedef {Object} transport_protocol.Read.$Properties
         * @property {string|null} [file_name] Read file_name
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Read.
         * @memberof transport_protocol
         * @interface IRead
         * @augments transport_protocol.Read.$Properties
         * @deprecated Use transport_protocol.Read.$Properties instead.
         */

        /**
         * Shape of a Read.
         * @typedef {transport_protocol.Read.$Properties} transport_protocol.Read.$Shape
         */

        /**
         * Constructs a new Read.
         * @memberof transport_protocol
         * @classdesc Represents a Read.
         * @constructor
         * @param {transport_protocol.Read.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Read = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Read file_name.
         * @member {string} file_name
         * @memberof transport_protocol.Read
         * @instance
         */
        Read.prototype.file_name = "";

        /**
         * Creates a new Read instance using the specified properties.
         * @function create
         * @memberof transport_protocol.Read
         * @static
         * @param {transport_protocol.Read.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.Read} Read instance
         * @type {{
         *   (properties: transport_protocol.Read.$Shape): transport_protocol.Read & transport_protocol.Read.$Shape;
         *   (properties?: transport_protocol.Read.$Properties): transport_protocol.Read;
         * }}
         */
        Read.create = function(properties) {
            return new Read(properties);
        };

        /**
         * Encodes the specified Read message. Does not implicitly {@link transport_protocol.Read.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.Read
         * @static
         * @param {transport_protocol.Read.$Properties} message Read message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Read.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name") && message.file_name !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.file_name);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Read message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.Read
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.Read & transport_protocol.Read.$Shape} Read
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Read.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.Read();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.file_name = value;
                        else
                            delete message.file_name;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a Read message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.Read
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.Read} Read
         */
        Read.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.Read)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.Read: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.Read();
            if (object.file_name != null)
                if (typeof object.file_name !== "string" || object.file_name.length)
                    message.file_name = $String(object.file_name);
            return message;
        };

        /**
         * Creates a plain object from a Read message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.Read
         * @static
         * @param {transport_protocol.Read} message Read
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        Read.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.file_name = "";
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name"))
                object.file_name = message.file_name;
            return object;
        };

        /**
         * Converts this Read to JSON.
         * @function toJSON
         * @memberof transport_protocol.Read
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        Read.prototype.toJSON = function() {
            return Read.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for Read
         * @function getTypeUrl
         * @memberof transport_protocol.Read
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Read.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.Read";
        };

        return Read;
    })();

    transport_protocol.StartMsg = (function() {

        /**
         * Properties of a StartMsg.
         * @typedef {Object} transport_protocol.StartMsg.$Properties
         * @property {string|null} [protocol] StartMsg protocol
         * @property {string|null} [firmware_version] StartMsg firmware_version
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a StartMsg.
         * @memberof transport_protocol
         * @interface IStartMsg
         * @augments transport_protocol.StartMsg.$Properties
         * @deprecated Use transport_protocol.StartMsg.$Properties instead.
         */

        /**
         * Shape of a StartMsg.
         * @typedef {transport_protocol.StartMsg.$Properties} transport_protocol.StartMsg.$Shape
         */

        /**
         * Constructs a new StartMsg.
         * @memberof transport_protocol
         * @classdesc Represents a StartMsg.
         * @constructor
         * @param {transport_protocol.StartMsg.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const StartMsg = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * StartMsg protocol.
         * @member {string} protocol
         * @memberof transport_protocol.StartMsg
         * @instance
         */
        StartMsg.prototype.protocol = "";

        /**
         * StartMsg firmware_version.
         * @member {string} firmware_version
         * @memberof transport_protocol.StartMsg
         * @instance
         */
        StartMsg.prototype.firmware_version = "";

        /**
         * Creates a new StartMsg instance using the specified properties.
         * @function create
         * @memberof transport_protocol.StartMsg
         * @static
         * @param {transport_protocol.StartMsg.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.StartMsg} StartMsg instance
         * @type {{
         *   (properties: transport_protocol.StartMsg.$Shape): transport_protocol.StartMsg & transport_protocol.StartMsg.$Shape;
         *   (properties?: transport_protocol.StartMsg.$Properties): transport_protocol.StartMsg;
         * }}
         */
        StartMsg.create = function(properties) {
            return new StartMsg(properties);
        };

        /**
         * Encodes the specified StartMsg message. Does not implicitly {@link transport_protocol.StartMsg.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.StartMsg
         * @static
         * @param {transport_protocol.StartMsg.$Properties} message StartMsg message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        StartMsg.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.protocol);
            if (message.firmware_version != null && $Object.hasOwnProperty.call(message, "firmware_version") && message.firmware_version !== "")
                writer.uint32(/* id 2, wireType 2 =*/18).string(message.firmware_version);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a StartMsg message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.StartMsg
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.StartMsg & transport_protocol.StartMsg.$Shape} StartMsg
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        StartMsg.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.StartMsg();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.protocol = value;
                        else
                            delete message.protocol;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.firmware_version = value;
                        else
                            delete message.firmware_version;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a StartMsg message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.StartMsg
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.StartMsg} StartMsg
         */
        StartMsg.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.StartMsg)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.StartMsg: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.StartMsg();
            if (object.protocol != null)
                if (typeof object.protocol !== "string" || object.protocol.length)
                    message.protocol = $String(object.protocol);
            if (object.firmware_version != null)
                if (typeof object.firmware_version !== "string" || object.firmware_version.length)
                    message.firmware_version = $String(object.firmware_version);
            return message;
        };

        /**
         * Creates a plain object from a StartMsg message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.StartMsg
         * @static
         * @param {transport_protocol.StartMsg} message StartMsg
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        StartMsg.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.protocol = "";
                object.firmware_version = "";
            }
            if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol"))
                object.protocol = message.protocol;
            if (message.firmware_version != null && $Object.hasOwnProperty.call(message, "firmware_version"))
                object.firmware_version = message.firmware_version;
            return object;
        };

        /**
         * Converts this StartMsg to JSON.
         * @function toJSON
         * @memberof transport_protocol.StartMsg
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        StartMsg.prototype.toJSON = function() {
            return StartMsg.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for StartMsg
         * @function getTypeUrl
         * @memberof transport_protocol.StartMsg
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        StartMsg.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.StartMsg";
        };

        return StartMsg;
    })();

    transport_protocol.NitroAttestationDoc = (function() {

        /**
         * Properties of a NitroAttestationDoc.
         * @typedef {Object} transport_protocol.NitroAttestationDoc.$Properties
         * @property {Uint8Array|null} [doc] NitroAttestationDoc doc
         * @property {number|null} [device_id] NitroAttestationDoc device_id
         * @property {Uint8Array|null} [csr] NitroAttestationDoc csr
         * @property {Uint8Array|null} [policy_hash] NitroAttestationDoc policy_hash
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a NitroAttestationDoc.
         * @memberof transport_protocol
         * @interface INitroAttestationDoc
         * @augments transport_protocol.NitroAttestationDoc.$Properties
         * @deprecated Use transport_protocol.NitroAttestationDoc.$Properties instead.
         */

        /**
         * Shape of a NitroAttestationDoc.
         * @typedef {transport_protocol.NitroAttestationDoc.$Properties} transport_protocol.NitroAttestationDoc.$Shape
         */

        /**
         * Constructs a new NitroAttestationDoc.
         * @memberof transport_protocol
         * @classdesc Represents a NitroAttestationDoc.
         * @constructor
         * @param {transport_protocol.NitroAttestationDoc.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const NitroAttestationDoc = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * NitroAttestationDoc doc.
         * @member {Uint8Array} doc
         * @memberof transport_protocol.NitroAttestationDoc
         * @instance
         */
        NitroAttestationDoc.prototype.doc = $util.newBuffer([]);

        /**
         * NitroAttestationDoc device_id.
         * @member {number} device_id
         * @memberof transport_protocol.NitroAttestationDoc
         * @instance
         */
        NitroAttestationDoc.prototype.device_id = 0;

        /**
         * NitroAttestationDoc csr.
         * @member {Uint8Array} csr
         * @memberof transport_protocol.NitroAttestationDoc
         * @instance
         */
        NitroAttestationDoc.prototype.csr = $util.newBuffer([]);

        /**
         * NitroAttestationDoc policy_hash.
         * @member {Uint8Array} policy_hash
         * @memberof transport_protocol.NitroAttestationDoc
         * @instance
         */
        NitroAttestationDoc.prototype.policy_hash = $util.newBuffer([]);

        /**
         * Creates a new NitroAttestationDoc instance using the specified properties.
         * @function create
         * @memberof transport_protocol.NitroAttestationDoc
         * @static
         * @param {transport_protocol.NitroAttestationDoc.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.NitroAttestationDoc} NitroAttestationDoc instance
         * @type {{
         *   (properties: transport_protocol.NitroAttestationDoc.$Shape): transport_protocol.NitroAttestationDoc & transport_protocol.NitroAttestationDoc.$Shape;
         *   (properties?: transport_protocol.NitroAttestationDoc.$Properties): transport_protocol.NitroAttestationDoc;
         * }}
         */
        NitroAttestationDoc.create = function(properties) {
            return new NitroAttestationDoc(properties);
        };

        /**
         * Encodes the specified NitroAttestationDoc message. Does not implicitly {@link transport_protocol.NitroAttestationDoc.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.NitroAttestationDoc
         * @static
         * @param {transport_protocol.NitroAttestationDoc.$Properties} message NitroAttestationDoc message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        NitroAttestationDoc.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.doc != null && $Object.hasOwnProperty.call(message, "doc") && message.doc.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.doc);
            if (message.device_id != null && $Object.hasOwnProperty.call(message, "device_id") && message.device_id !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).int32(message.device_id);
            if (message.csr != null && $Object.hasOwnProperty.call(message, "csr") && message.csr.length)
                writer.uint32(/* id 32, wireType 2 =*/258).bytes(message.csr);
            if (message.policy_hash != null && $Object.hasOwnProperty.call(message, "policy_hash") && message.policy_hash.length)
                writer.uint32(/* id 33, wireType 2 =*/266).bytes(message.policy_hash);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a NitroAttestationDoc message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.NitroAttestationDoc
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.NitroAttestationDoc & transport_protocol.NitroAttestationDoc.$Shape} NitroAttestationDoc
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        NitroAttestationDoc.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.NitroAttestationDoc();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.doc = value;
                        else
                            delete message.doc;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.device_id = value;
                        else
                            delete message.device_id;
                        continue;
                    }
                case 32: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.csr = value;
                        else
                            delete message.csr;
                        continue;
                    }
                case 33: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.policy_hash = value;
                        else
                            delete message.policy_hash;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a NitroAttestationDoc message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.NitroAttestationDoc
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.NitroAttestationDoc} NitroAttestationDoc
         */
        NitroAttestationDoc.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.NitroAttestationDoc)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.NitroAttestationDoc: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.NitroAttestationDoc();
            if (object.doc != null)
                if (object.doc.length)
                    if (typeof object.doc === "string")
                        $util.base64.decode(object.doc, message.doc = $util.newBuffer($util.base64.length(object.doc)), 0);
                    else if (object.doc.length >= 0)
                        message.doc = object.doc;
            if (object.device_id != null)
                if ($Number(object.device_id) !== 0)
                    message.device_id = object.device_id | 0;
            if (object.csr != null)
                if (object.csr.length)
                    if (typeof object.csr === "string")
                        $util.base64.decode(object.csr, message.csr = $util.newBuffer($util.base64.length(object.csr)), 0);
                    else if (object.csr.length >= 0)
                        message.csr = object.csr;
            if (object.policy_hash != null)
                if (object.policy_hash.length)
                    if (typeof object.policy_hash === "string")
                        $util.base64.decode(object.policy_hash, message.policy_hash = $util.newBuffer($util.base64.length(object.policy_hash)), 0);
                    else if (object.policy_hash.length >= 0)
                        message.policy_hash = object.policy_hash;
            return message;
        };

        /**
         * Creates a plain object from a NitroAttestationDoc message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.NitroAttestationDoc
         * @static
         * @param {transport_protocol.NitroAttestationDoc} message NitroAttestationDoc
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        NitroAttestationDoc.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                if (options.bytes === $String)
                    object.doc = "";
                else {
                    object.doc = [];
                    if (options.bytes !== $Array)
                        object.doc = $util.newBuffer(object.doc);
                }
                object.device_id = 0;
                if (options.bytes === $String)
                    object.csr = "";
                else {
                    object.csr = [];
                    if (options.bytes !== $Array)
                        object.csr = $util.newBuffer(object.csr);
                }
                if (options.bytes === $String)
                    object.policy_hash = "";
                else {
                    object.policy_hash = [];
                    if (options.bytes !== $Array)
                        object.policy_hash = $util.newBuffer(object.policy_hash);
                }
            }
            if (message.doc != null && $Object.hasOwnProperty.call(message, "doc"))
                object.doc = options.bytes === $String ? $util.base64.encode(message.doc, 0, message.doc.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.doc) : message.doc;
            if (message.device_id != null && $Object.hasOwnProperty.call(message, "device_id"))
                object.device_id = message.device_id;
            if (message.csr != null && $Object.hasOwnProperty.call(message, "csr"))
                object.csr = options.bytes === $String ? $util.base64.encode(message.csr, 0, message.csr.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.csr) : message.csr;
            if (message.policy_hash != null && $Object.hasOwnProperty.call(message, "policy_hash"))
                object.policy_hash = options.bytes === $String ? $util.base64.encode(message.policy_hash, 0, message.policy_hash.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.policy_hash) : message.policy_hash;
            return object;
        };

        /**
         * Converts this NitroAttestationDoc to JSON.
         * @function toJSON
         * @memberof transport_protocol.NitroAttestationDoc
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        NitroAttestationDoc.prototype.toJSON = function() {
            return NitroAttestationDoc.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for NitroAttestationDoc
         * @function getTypeUrl
         * @memberof transport_protocol.NitroAttestationDoc
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        NitroAttestationDoc.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.NitroAttestationDoc";
        };

        return NitroAttestationDoc;
    })();

    transport_protocol.PsaAttestationInit = (function() {

        /**
         * Properties of a PsaAttestationInit.
         * @typedef {Object} transport_protocol.PsaAttestationInit.$Properties
         * @property {Uint8Array|null} [challenge] PsaAttestationInit challenge
         * @property {number|null} [device_id] PsaAttestationInit device_id
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a PsaAttestationInit.
         * @memberof transport_protocol
         * @interface IPsaAttestationInit
         * @augments transport_protocol.PsaAttestationInit.$Properties
         * @deprecated Use transport_protocol.PsaAttestationInit.$Properties instead.
         */

        /**
         * Shape of a PsaAttestationInit.
         * @typedef {transport_protocol.PsaAttestationInit.$Properties} transport_protocol.PsaAttestationInit.$Shape
         */

        /**
         * Constructs a new PsaAttestationInit.
         * @memberof transport_protocol
         * @classdesc Represents a PsaAttestationInit.
         * @constructor
         * @param {transport_protocol.PsaAttestationInit.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const PsaAttestationInit = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * PsaAttestationInit challenge.
         * @member {Uint8Array} challenge
         * @memberof transport_protocol.PsaAttestationInit
         * @instance
         */
        PsaAttestationInit.prototype.challenge = $util.newBuffer([]);

        /**
         * PsaAttestationInit device_id.
         * @member {number} device_id
         * @memberof transport_protocol.PsaAttestationInit
         * @instance
         */
        PsaAttestationInit.prototype.device_id = 0;

        /**
         * Creates a new PsaAttestationInit instance using the specified properties.
         * @function create
         * @memberof transport_protocol.PsaAttestationInit
         * @static
         * @param {transport_protocol.PsaAttestationInit.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.PsaAttestationInit} PsaAttestationInit instance
         * @type {{
         *   (properties: transport_protocol.PsaAttestationInit.$Shape): transport_protocol.PsaAttestationInit & transport_protocol.PsaAttestationInit.$Shape;
         *   (properties?: transport_protocol.PsaAttestationInit.$Properties): transport_protocol.PsaAttestationInit;
         * }}
         */
        PsaAttestationInit.create = function(properties) {
            return new PsaAttestationInit(properties);
        };

        /**
         * Encodes the specified PsaAttestationInit message. Does not implicitly {@link transport_protocol.PsaAttestationInit.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.PsaAttestationInit
         * @static
         * @param {transport_protocol.PsaAttestationInit.$Properties} message PsaAttestationInit message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        PsaAttestationInit.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.challenge != null && $Object.hasOwnProperty.call(message, "challenge") && message.challenge.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.challenge);
            if (message.device_id != null && $Object.hasOwnProperty.call(message, "device_id") && message.device_id !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).int32(message.device_id);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a PsaAttestationInit message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.PsaAttestationInit
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.PsaAttestationInit & transport_protocol.PsaAttestationInit.$Shape} PsaAttestationInit
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        PsaAttestationInit.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.PsaAttestationInit();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.challenge = value;
                        else
                            delete message.challenge;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.device_id = value;
                        else
                            delete message.device_id;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a PsaAttestationInit message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.PsaAttestationInit
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.PsaAttestationInit} PsaAttestationInit
         */
        PsaAttestationInit.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.PsaAttestationInit)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.PsaAttestationInit: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.PsaAttestationInit();
            if (object.challenge != null)
                if (object.challenge.length)
                    if (typeof object.challenge === "string")
                        $util.base64.decode(object.challenge, message.challenge = $util.newBuffer($util.base64.length(object.challenge)), 0);
                    else if (object.challenge.length >= 0)
                        message.challenge = object.challenge;
            if (object.device_id != null)
                if ($Number(object.device_id) !== 0)
                    message.device_id = object.device_id | 0;
            return message;
        };

        /**
         * Creates a plain object from a PsaAttestationInit message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.PsaAttestationInit
         * @static
         * @param {transport_protocol.PsaAttestationInit} message PsaAttestationInit
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        PsaAttestationInit.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                if (options.bytes === $String)
                    object.challenge = "";
                else {
                    object.challenge = [];
                    if (options.bytes !== $Array)
                        object.challenge = $util.newBuffer(object.challenge);
                }
                object.device_id = 0;
            }
            if (message.challenge != null && $Object.hasOwnProperty.call(message, "challenge"))
                object.challenge = options.bytes === $String ? $util.base64.encode(message.challenge, 0, message.challenge.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.challenge) : message.challenge;
            if (message.device_id != null && $Object.hasOwnProperty.call(message, "device_id"))
                object.device_id = message.device_id;
            return object;
        };

        /**
         * Converts this PsaAttestationInit to JSON.
         * @function toJSON
         * @memberof transport_protocol.PsaAttestationInit
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        PsaAttestationInit.prototype.toJSON = function() {
            return PsaAttestationInit.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for PsaAttestationInit
         * @function getTypeUrl
         * @memberof transport_protocol.PsaAttestationInit
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        PsaAttestationInit.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.PsaAttestationInit";
        };

        return PsaAttestationInit;
    })();

    transport_protocol.NativePsaAttestationToken = (function() {

        /**
         * Properties of a NativePsaAttestationToken.
         * @typedef {Object} transport_protocol.NativePsaAttestationToken.$Properties
         * @property {Uint8Array|null} [token] NativePsaAttestationToken token
         * @property {number|null} [device_id] NativePsaAttestationToken device_id
         * @property {Uint8Array|null} [csr] NativePsaAttestationToken csr
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a NativePsaAttestationToken.
         * @memberof transport_protocol
         * @interface INativePsaAttestationToken
         * @augments transport_protocol.NativePsaAttestationToken.$Properties
         * @deprecated Use transport_protocol.NativePsaAttestationToken.$Properties instead.
         */

        /**
         * Shape of a NativePsaAttestationToken.
         * @typedef {transport_protocol.NativePsaAttestationToken.$Properties} transport_protocol.NativePsaAttestationToken.$Shape
         */

        /**
         * Constructs a new NativePsaAttestationToken.
         * @memberof transport_protocol
         * @classdesc Represents a NativePsaAttestationToken.
         * @constructor
         * @param {transport_protocol.NativePsaAttestationToken.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const NativePsaAttestationToken = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * NativePsaAttestationToken token.
         * @member {Uint8Array} token
         * @memberof transport_protocol.NativePsaAttestationToken
         * @instance
         */
        NativePsaAttestationToken.prototype.token = $util.newBuffer([]);

        /**
         * NativePsaAttestationToken device_id.
         * @member {number} device_id
         * @memberof transport_protocol.NativePsaAttestationToken
         * @instance
         */
        NativePsaAttestationToken.prototype.device_id = 0;

        /**
         * NativePsaAttestationToken csr.
         * @member {Uint8Array} csr
         * @memberof transport_protocol.NativePsaAttestationToken
         * @instance
         */
        NativePsaAttestationToken.prototype.csr = $util.newBuffer([]);

        /**
         * Creates a new NativePsaAttestationToken instance using the specified properties.
         * @function create
         * @memberof transport_protocol.NativePsaAttestationToken
         * @static
         * @param {transport_protocol.NativePsaAttestationToken.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.NativePsaAttestationToken} NativePsaAttestationToken instance
         * @type {{
         *   (properties: transport_protocol.NativePsaAttestationToken.$Shape): transport_protocol.NativePsaAttestationToken & transport_protocol.NativePsaAttestationToken.$Shape;
         *   (properties?: transport_protocol.NativePsaAttestationToken.$Properties): transport_protocol.NativePsaAttestationToken;
         * }}
         */
        NativePsaAttestationToken.create = function(properties) {
            return new NativePsaAttestationToken(properties);
        };

        /**
         * Encodes the specified NativePsaAttestationToken message. Does not implicitly {@link transport_protocol.NativePsaAttestationToken.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.NativePsaAttestationToken
         * @static
         * @param {transport_protocol.NativePsaAttestationToken.$Properties} message NativePsaAttestationToken message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        NativePsaAttestationToken.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
            if (message.device_id != null && $Object.hasOwnProperty.call(message, "device_id") && message.device_id !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).int32(message.device_id);
            if (message.csr != null && $Object.hasOwnProperty.call(message, "csr") && message.csr.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.csr);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a NativePsaAttestationToken message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.NativePsaAttestationToken
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.NativePsaAttestationToken & transport_protocol.NativePsaAttestationToken.$Shape} NativePsaAttestationToken
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        NativePsaAttestationToken.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.NativePsaAttestationToken();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.token = value;
                        else
                            delete message.token;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.device_id = value;
                        else
                            delete message.device_id;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.csr = value;
                        else
                            delete message.csr;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a NativePsaAttestationToken message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.NativePsaAttestationToken
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.NativePsaAttestationToken} NativePsaAttestationToken
         */
        NativePsaAttestationToken.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.NativePsaAttestationToken)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.NativePsaAttestationToken: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.NativePsaAttestationToken();
            if (object.token != null)
                if (object.token.length)
                    if (typeof object.token === "string")
                        $util.base64.decode(object.token, message.token = $util.newBuffer($util.base64.length(object.token)), 0);
                    else if (object.token.length >= 0)
                        message.token = object.token;
            if (object.device_id != null)
                if ($Number(object.device_id) !== 0)
                    message.device_id = object.device_id | 0;
            if (object.csr != null)
                if (object.csr.length)
                    if (typeof object.csr === "string")
                        $util.base64.decode(object.csr, message.csr = $util.newBuffer($util.base64.length(object.csr)), 0);
                    else if (object.csr.length >= 0)
                        message.csr = object.csr;
            return message;
        };

        /**
         * Creates a plain object from a NativePsaAttestationToken message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.NativePsaAttestationToken
         * @static
         * @param {transport_protocol.NativePsaAttestationToken} message NativePsaAttestationToken
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        NativePsaAttestationToken.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                if (options.bytes === $String)
                    object.token = "";
                else {
                    object.token = [];
                    if (options.bytes !== $Array)
                        object.token = $util.newBuffer(object.token);
                }
                object.device_id = 0;
                if (options.bytes === $String)
                    object.csr = "";
                else {
                    object.csr = [];
                    if (options.bytes !== $Array)
                        object.csr = $util.newBuffer(object.csr);
                }
            }
            if (message.token != null && $Object.hasOwnProperty.call(message, "token"))
                object.token = options.bytes === $String ? $util.base64.encode(message.token, 0, message.token.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.token) : message.token;
            if (message.device_id != null && $Object.hasOwnProperty.call(message, "device_id"))
                object.device_id = message.device_id;
            if (message.csr != null && $Object.hasOwnProperty.call(message, "csr"))
                object.csr = options.bytes === $String ? $util.base64.encode(message.csr, 0, message.csr.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.csr) : message.csr;
            return object;
        };

        /**
         * Converts this NativePsaAttestationToken to JSON.
         * @function toJSON
         * @memberof transport_protocol.NativePsaAttestationToken
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        NativePsaAttestationToken.prototype.toJSON = function() {
            return NativePsaAttestationToken.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for NativePsaAttestationToken
         * @function getTypeUrl
         * @memberof transport_protocol.NativePsaAttestationToken
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        NativePsaAttestationToken.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.NativePsaAttestationToken";
        };

        return NativePsaAttestationToken;
    })();

    transport_protocol.ProxyPsaAttestationToken = (function() {

        /**
         * Properties of a ProxyPsaAttestationToken.
         * @typedef {Object} transport_protocol.ProxyPsaAttestationToken.$Properties
         * @property {Uint8Array|null} [token] ProxyPsaAttestationToken token
         * @property {Uint8Array|null} [pubkey] ProxyPsaAttestationToken pubkey
         * @property {number|null} [device_id] ProxyPsaAttestationToken device_id
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a ProxyPsaAttestationToken.
         * @memberof transport_protocol
         * @interface IProxyPsaAttestationToken
         * @augments transport_protocol.ProxyPsaAttestationToken.$Properties
         * @deprecated Use transport_protocol.ProxyPsaAttestationToken.$Properties instead.
         */

        /**
         * Shape of a ProxyPsaAttestationToken.
         * @typedef {transport_protocol.ProxyPsaAttestationToken.$Properties} transport_protocol.ProxyPsaAttestationToken.$Shape
         */

        /**
         * Constructs a new ProxyPsaAttestationToken.
         * @memberof transport_protocol
         * @classdesc Represents a ProxyPsaAttestationToken.
         * @constructor
         * @param {transport_protocol.ProxyPsaAttestationToken.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const ProxyPsaAttestationToken = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * ProxyPsaAttestationToken token.
         * @member {Uint8Array} token
         * @memberof transport_protocol.ProxyPsaAttestationToken
         * @instance
         */
        ProxyPsaAttestationToken.prototype.token = $util.newBuffer([]);

        /**
         * ProxyPsaAttestationToken pubkey.
         * @member {Uint8Array} pubkey
         * @memberof transport_protocol.ProxyPsaAttestationToken
         * @instance
         */
        ProxyPsaAttestationToken.prototype.pubkey = $util.newBuffer([]);

        /**
         * ProxyPsaAttestationToken device_id.
         * @member {number} device_id
         * @memberof transport_protocol.ProxyPsaAttestationToken
         * @instance
         */
        ProxyPsaAttestationToken.prototype.device_id = 0;

        /**
         * Creates a new ProxyPsaAttestationToken instance using the specified properties.
         * @function create
         * @memberof transport_protocol.ProxyPsaAttestationToken
         * @static
         * @param {transport_protocol.ProxyPsaAttestationToken.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.ProxyPsaAttestationToken} ProxyPsaAttestationToken instance
         * @type {{
         *   (properties: transport_protocol.ProxyPsaAttestationToken.$Shape): transport_protocol.ProxyPsaAttestationToken & transport_protocol.ProxyPsaAttestationToken.$Shape;
         *   (properties?: transport_protocol.ProxyPsaAttestationToken.$Properties): transport_protocol.ProxyPsaAttestationToken;
         * }}
         */
        ProxyPsaAttestationToken.create = function(properties) {
            return new ProxyPsaAttestationToken(properties);
        };

        /**
         * Encodes the specified ProxyPsaAttestationToken message. Does not implicitly {@link transport_protocol.ProxyPsaAttestationToken.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.ProxyPsaAttestationToken
         * @static
         * @param {transport_protocol.ProxyPsaAttestationToken.$Properties} message ProxyPsaAttestationToken message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ProxyPsaAttestationToken.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
            if (message.pubkey != null && $Object.hasOwnProperty.call(message, "pubkey") && message.pubkey.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.pubkey);
            if (message.device_id != null && $Object.hasOwnProperty.call(message, "device_id") && message.device_id !== 0)
                writer.uint32(/* id 3, wireType 0 =*/24).int32(message.device_id);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a ProxyPsaAttestationToken message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.ProxyPsaAttestationToken
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.ProxyPsaAttestationToken & transport_protocol.ProxyPsaAttestationToken.$Shape} ProxyPsaAttestationToken
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ProxyPsaAttestationToken.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.ProxyPsaAttestationToken();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.token = value;
                        else
                            delete message.token;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.pubkey = value;
                        else
                            delete message.pubkey;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.device_id = value;
                        else
                            delete message.device_id;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a ProxyPsaAttestationToken message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.ProxyPsaAttestationToken
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.ProxyPsaAttestationToken} ProxyPsaAttestationToken
         */
        ProxyPsaAttestationToken.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.ProxyPsaAttestationToken)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.ProxyPsaAttestationToken: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.ProxyPsaAttestationToken();
            if (object.token != null)
                if (object.token.length)
                    if (typeof object.token === "string")
                        $util.base64.decode(object.token, message.token = $util.newBuffer($util.base64.length(object.token)), 0);
                    else if (object.token.length >= 0)
                        message.token = object.token;
            if (object.pubkey != null)
                if (object.pubkey.length)
                    if (typeof object.pubkey === "string")
                        $util.base64.decode(object.pubkey, message.pubkey = $util.newBuffer($util.base64.length(object.pubkey)), 0);
                    else if (object.pubkey.length >= 0)
                        message.pubkey = object.pubkey;
            if (object.device_id != null)
                if ($Number(object.device_id) !== 0)
                    message.device_id = object.device_id | 0;
            return message;
        };

        /**
         * Creates a plain object from a ProxyPsaAttestationToken message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.ProxyPsaAttestationToken
         * @static
         * @param {transport_protocol.ProxyPsaAttestationToken} message ProxyPsaAttestationToken
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        ProxyPsaAttestationToken.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                if (options.bytes === $String)
                    object.token = "";
                else {
                    object.token = [];
                    if (options.bytes !== $Array)
                        object.token = $util.newBuffer(object.token);
                }
                if (options.bytes === $String)
                    object.pubkey = "";
                else {
                    object.pubkey = [];
                    if (options.bytes !== $Array)
                        object.pubkey = $util.newBuffer(object.pubkey);
                }
                object.device_id = 0;
            }
            if (message.token != null && $Object.hasOwnProperty.call(message, "token"))
                object.token = options.bytes === $String ? $util.base64.encode(message.token, 0, message.token.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.token) : message.token;
            if (message.pubkey != null && $Object.hasOwnProperty.call(message, "pubkey"))
                object.pubkey = options.bytes === $String ? $util.base64.encode(message.pubkey, 0, message.pubkey.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.pubkey) : message.pubkey;
            if (message.device_id != null && $Object.hasOwnProperty.call(message, "device_id"))
                object.device_id = message.device_id;
            return object;
        };

        /**
         * Converts this ProxyPsaAttestationToken to JSON.
         * @function toJSON
         * @memberof transport_protocol.ProxyPsaAttestationToken
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        ProxyPsaAttestationToken.prototype.toJSON = function() {
            return ProxyPsaAttestationToken.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for ProxyPsaAttestationToken
         * @function getTypeUrl
         * @memberof transport_protocol.ProxyPsaAttestationToken
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        ProxyPsaAttestationToken.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.ProxyPsaAttestationToken";
        };

        return ProxyPsaAttestationToken;
    })();

    transport_protocol.CertChain = (function() {

        /**
         * Properties of a CertChain.
         * @typedef {Object} transport_protocol.CertChain.$Properties
         * @property {Uint8Array|null} [root_cert] CertChain root_cert
         * @property {Uint8Array|null} [enclave_cert] CertChain enclave_cert
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a CertChain.
         * @memberof transport_protocol
         * @interface ICertChain
         * @augments transport_protocol.CertChain.$Properties
         * @deprecated Use transport_protocol.CertChain.$Properties instead.
         */

        /**
         * Shape of a CertChain.
         * @typedef {transport_protocol.CertChain.$Properties} transport_protocol.CertChain.$Shape
         */

        /**
         * Constructs a new CertChain.
         * @memberof transport_protocol
         * @classdesc Represents a CertChain.
         * @constructor
         * @param {transport_protocol.CertChain.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const CertChain = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * CertChain root_cert.
         * @member {Uint8Array} root_cert
         * @memberof transport_protocol.CertChain
         * @instance
         */
        CertChain.prototype.root_cert = $util.newBuffer([]);

        /**
         * CertChain enclave_cert.
         * @member {Uint8Array} enclave_cert
         * @memberof transport_protocol.CertChain
         * @instance
         */
        CertChain.prototype.enclave_cert = $util.newBuffer([]);

        /**
         * Creates a new CertChain instance using the specified properties.
         * @function create
         * @memberof transport_protocol.CertChain
         * @static
         * @param {transport_protocol.CertChain.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.CertChain} CertChain instance
         * @type {{
         *   (properties: transport_protocol.CertChain.$Shape): transport_protocol.CertChain & transport_protocol.CertChain.$Shape;
         *   (properties?: transport_protocol.CertChain.$Properties): transport_protocol.CertChain;
         * }}
         */
        CertChain.create = function(properties) {
            return new CertChain(properties);
        };

        /**
         * Encodes the specified CertChain message. Does not implicitly {@link transport_protocol.CertChain.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.CertChain
         * @static
         * @param {transport_protocol.CertChain.$Properties} message CertChain message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        CertChain.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.root_cert != null && $Object.hasOwnProperty.call(message, "root_cert") && message.root_cert.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.root_cert);
            if (message.enclave_cert != null && $Object.hasOwnProperty.call(message, "enclave_cert") && message.enclave_cert.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.enclave_cert);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a CertChain message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.CertChain
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.CertChain & transport_protocol.CertChain.$Shape} CertChain
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        CertChain.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.CertChain();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.root_cert = value;
                        else
                            delete message.root_cert;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.enclave_cert = value;
                        else
                            delete message.enclave_cert;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a CertChain message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.CertChain
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.CertChain} CertChain
         */
        CertChain.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.CertChain)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.CertChain: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.CertChain();
            if (object.root_cert != null)
                if (object.root_cert.length)
                    if (typeof object.root_cert === "string")
                        $util.base64.decode(object.root_cert, message.root_cert = $util.newBuffer($util.base64.length(object.root_cert)), 0);
                    else if (object.root_cert.length >= 0)
                        message.root_cert = object.root_cert;
            if (object.enclave_cert != null)
                if (object.enclave_cert.length)
                    if (typeof object.enclave_cert === "string")
                        $util.base64.decode(object.enclave_cert, message.enclave_cert = $util.newBuffer($util.base64.length(object.enclave_cert)), 0);
                    else if (object.enclave_cert.length >= 0)
                        message.enclave_cert = object.enclave_cert;
            return message;
        };

        /**
         * Creates a plain object from a CertChain message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.CertChain
         * @static
         * @param {transport_protocol.CertChain} message CertChain
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        CertChain.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                if (options.bytes === $String)
                    object.root_cert = "";
                else {
                    object.root_cert = [];
                    if (options.bytes !== $Array)
                        object.root_cert = $util.newBuffer(object.root_cert);
                }
                if (options.bytes === $String)
                    object.enclave_cert = "";
                else {
                    object.enclave_cert = [];
                    if (options.bytes !== $Array)
                        object.enclave_cert = $util.newBuffer(object.enclave_cert);
                }
            }
            if (message.root_cert != null && $Object.hasOwnProperty.call(message, "root_cert"))
                object.root_cert = options.bytes === $String ? $util.base64.encode(message.root_cert, 0, message.root_cert.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.root_cert) : message.root_cert;
            if (message.enclave_cert != null && $Object.hasOwnProperty.call(message, "enclave_cert"))
                object.enclave_cert = options.bytes === $String ? $util.base64.encode(message.enclave_cert, 0, message.enclave_cert.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.enclave_cert) : message.enclave_cert;
            return object;
        };

        /**
         * Converts this CertChain to JSON.
         * @function toJSON
         * @memberof transport_protocol.CertChain
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        CertChain.prototype.toJSON = function() {
            return CertChain.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for CertChain
         * @function getTypeUrl
         * @memberof transport_protocol.CertChain
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        CertChain.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.CertChain";
        };

        return CertChain;
    })();

    transport_protocol.Result = (function() {

        /**
         * Properties of a Result.
         * @typedef {Object} transport_protocol.Result.$Properties
         * @property {Uint8Array|null} [data] Result data
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Result.
         * @memberof transport_protocol
         * @interface IResult
         * @augments transport_protocol.Result.$Properties
         * @deprecated Use transport_protocol.Result.$Properties instead.
         */

        /**
         * Shape of a Result.
         * @typedef {transport_protocol.Result.$Properties} transport_protocol.Result.$Shape
         */

        /**
         * Constructs a new Result.
         * @memberof transport_protocol
         * @classdesc Represents a Result.
         * @constructor
         * @param {transport_protocol.Result.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Result = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Result data.
         * @member {Uint8Array} data
         * @memberof transport_protocol.Result
         * @instance
         */
        Result.prototype.data = $util.newBuffer([]);

        /**
         * Creates a new Result instance using the specified properties.
         * @function create
         * @memberof transport_protocol.Result
         * @static
         * @param {transport_protocol.Result.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.Result} Result instance
         * @type {{
         *   (properties: transport_protocol.Result.$Shape): transport_protocol.Result & transport_protocol.Result.$Shape;
         *   (properties?: transport_protocol.Result.$Properties): transport_protocol.Result;
         * }}
         */
        Result.create = function(properties) {
            return new Result(properties);
        };

        /**
         * Encodes the specified Result message. Does not implicitly {@link transport_protocol.Result.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.Result
         * @static
         * @param {transport_protocol.Result.$Properties} message Result message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Result.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.data);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Result message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.Result
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.Result & transport_protocol.Result.$Shape} Result
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Result.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.Result();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a Result message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.Result
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.Result} Result
         */
        Result.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.Result)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.Result: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.Result();
            if (object.data != null)
                if (object.data.length)
                    if (typeof object.data === "string")
                        $util.base64.decode(object.data, message.data = $util.newBuffer($util.base64.length(object.data)), 0);
                    else if (object.data.length >= 0)
                        message.data = object.data;
            return message;
        };

        /**
         * Creates a plain object from a Result message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.Result
         * @static
         * @param {transport_protocol.Result} message Result
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        Result.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                if (options.bytes === $String)
                    object.data = "";
                else {
                    object.data = [];
                    if (options.bytes !== $Array)
                        object.data = $util.newBuffer(object.data);
                }
            if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                object.data = options.bytes === $String ? $util.base64.encode(message.data, 0, message.data.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.data) : message.data;
            return object;
        };

        /**
         * Converts this Result to JSON.
         * @function toJSON
         * @memberof transport_protocol.Result
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        Result.prototype.toJSON = function() {
            return Result.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for Result
         * @function getTypeUrl
         * @memberof transport_protocol.Result
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Result.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.Result";
        };

        return Result;
    })();

    transport_protocol.ErrorCode = (function() {

        /**
         * Properties of an ErrorCode.
         * @typedef {Object} transport_protocol.ErrorCode.$Properties
         * @property {Uint8Array|null} [error] ErrorCode error
         * @property {string|null} [code] ErrorCode code
         * @property {string|null} [message] ErrorCode message
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an ErrorCode.
         * @memberof transport_protocol
         * @interface IErrorCode
         * @augments transport_protocol.ErrorCode.$Properties
         * @deprecated Use transport_protocol.ErrorCode.$Properties instead.
         */

        /**
         * Shape of an ErrorCode.
         * @typedef {transport_protocol.ErrorCode.$Properties} transport_protocol.ErrorCode.$Shape
         */

        /**
         * Constructs a new ErrorCode.
         * @memberof transport_protocol
         * @classdesc Represents an ErrorCode.
         * @constructor
         * @param {transport_protocol.ErrorCode.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const ErrorCode = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * ErrorCode error.
         * @member {Uint8Array} error
         * @memberof transport_protocol.ErrorCode
         * @instance
         */
        ErrorCode.prototype.error = $util.newBuffer([]);

        /**
         * ErrorCode code.
         * @member {string} code
         * @memberof transport_protocol.ErrorCode
         * @instance
         */
        ErrorCode.prototype.code = "";

        /**
         * ErrorCode message.
         * @member {string} message
         * @memberof transport_protocol.ErrorCode
         * @instance
         */
        ErrorCode.prototype.message = "";

        /**
         * Creates a new ErrorCode instance using the specified properties.
         * @function create
         * @memberof transport_protocol.ErrorCode
         * @static
         * @param {transport_protocol.ErrorCode.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.ErrorCode} ErrorCode instance
         * @type {{
         *   (properties: transport_protocol.ErrorCode.$Shape): transport_protocol.ErrorCode & transport_protocol.ErrorCode.$Shape;
         *   (properties?: transport_protocol.ErrorCode.$Properties): transport_protocol.ErrorCode;
         * }}
         */
        ErrorCode.create = function(properties) {
            return new ErrorCode(properties);
        };

        /**
         * Encodes the specified ErrorCode message. Does not implicitly {@link transport_protocol.ErrorCode.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.ErrorCode
         * @static
         * @param {transport_protocol.ErrorCode.$Properties} message ErrorCode message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ErrorCode.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.error);
            if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                writer.uint32(/* id 32, wireType 2 =*/258).string(message.code);
            if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                writer.uint32(/* id 33, wireType 2 =*/266).string(message.message);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an ErrorCode message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.ErrorCode
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.ErrorCode & transport_protocol.ErrorCode.$Shape} ErrorCode
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ErrorCode.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.ErrorCode();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.error = value;
                        else
                            delete message.error;
                        continue;
                    }
                case 32: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.code = value;
                        else
                            delete message.code;
                        continue;
                    }
                case 33: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.message = value;
                        else
                            delete message.message;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates an ErrorCode message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.ErrorCode
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.ErrorCode} ErrorCode
         */
        ErrorCode.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.ErrorCode)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.ErrorCode: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.ErrorCode();
            if (object.error != null)
                if (object.error.length)
                    if (typeof object.error === "string")
                        $util.base64.decode(object.error, message.error = $util.newBuffer($util.base64.length(object.error)), 0);
                    else if (object.error.length >= 0)
                        message.error = object.error;
            if (object.code != null)
                if (typeof object.code !== "string" || object.code.length)
                    message.code = $String(object.code);
            if (object.message != null)
                if (typeof object.message !== "string" || object.message.length)
                    message.message = $String(object.message);
            return message;
        };

        /**
         * Creates a plain object from an ErrorCode message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.ErrorCode
         * @static
         * @param {transport_protocol.ErrorCode} message ErrorCode
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        ErrorCode.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                if (options.bytes === $String)
                    object.error = "";
                else {
                    object.error = [];
                    if (options.bytes !== $Array)
                        object.error = $util.newBuffer(object.error);
                }
                object.code = "";
                object.message = "";
            }
            if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                object.error = options.bytes === $String ? $util.base64.encode(message.error, 0, message.error.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.error) : message.error;
            if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                object.code = message.code;
            if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
                object.message = message.message;
            return object;
        };

        /**
         * Converts this ErrorCode to JSON.
         * @function toJSON
         * @memberof transport_protocol.ErrorCode
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        ErrorCode.prototype.toJSON = function() {
            return ErrorCode.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for ErrorCode
         * @function getTypeUrl
         * @memberof transport_protocol.ErrorCode
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        ErrorCode.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.ErrorCode";
        };

        return ErrorCode;
    })();

    transport_protocol.PiHash = (function() {

        /**
         * Properties of a PiHash.
         * @typedef {Object} transport_protocol.PiHash.$Properties
         * @property {Uint8Array|null} [data] PiHash data
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a PiHash.
         * @memberof transport_protocol
         * @interface IPiHash
         * @augments transport_protocol.PiHash.$Properties
         * @deprecated Use transport_protocol.PiHash.$Properties instead.
         */

        /**
         * Shape of a PiHash.
         * @typedef {transport_protocol.PiHash.$Properties} transport_protocol.PiHash.$Shape
         */

        /**
         * Constructs a new PiHash.
         * @memberof transport_protocol
         * @classdesc Represents a PiHash.
         * @constructor
         * @param {transport_protocol.PiHash.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const PiHash = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * PiHash data.
         * @member {Uint8Array} data
         * @memberof transport_protocol.PiHash
         * @instance
         */
        PiHash.prototype.data = $util.newBuffer([]);

        /**
         * Creates a new PiHash instance using the specified properties.
         * @function create
         * @memberof transport_protocol.PiHash
         * @static
         * @param {transport_protocol.PiHash.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.PiHash} PiHash instance
         * @type {{
         *   (properties: transport_protocol.PiHash.$Shape): transport_protocol.PiHash & transport_protocol.PiHash.$Shape;
         *   (properties?: transport_protocol.PiHash.$Properties): transport_protocol.PiHash;
         * }}
         */
        PiHash.create = function(properties) {
            return new PiHash(properties);
        };

        /**
         * Encodes the specified PiHash message. Does not implicitly {@link transport_protocol.PiHash.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.PiHash
         * @static
         * @param {transport_protocol.PiHash.$Properties} message PiHash message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        PiHash.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.data);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a PiHash message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.PiHash
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.PiHash & transport_protocol.PiHash.$Shape} PiHash
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        PiHash.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.PiHash();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a PiHash message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.PiHash
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.PiHash} PiHash
         */
        PiHash.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.PiHash)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.PiHash: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.PiHash();
            if (object.data != null)
                if (object.data.length)
                    if (typeof object.data === "string")
                        $util.base64.decode(object.data, message.data = $util.newBuffer($util.base64.length(object.data)), 0);
                    else if (object.data.length >= 0)
                        message.data = object.data;
            return message;
        };

        /**
         * Creates a plain object from a PiHash message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.PiHash
         * @static
         * @param {transport_protocol.PiHash} message PiHash
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        PiHash.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                if (options.bytes === $String)
                    object.data = "";
                else {
                    object.data = [];
                    if (options.bytes !== $Array)
                        object.data = $util.newBuffer(object.data);
                }
            if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                object.data = options.bytes === $String ? $util.base64.encode(message.data, 0, message.data.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.data) : message.data;
            return object;
        };

        /**
         * Converts this PiHash to JSON.
         * @function toJSON
         * @memberof transport_protocol.PiHash
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        PiHash.prototype.toJSON = function() {
            return PiHash.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for PiHash
         * @function getTypeUrl
         * @memberof transport_protocol.PiHash
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        PiHash.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.PiHash";
        };

        return PiHash;
    })();

    transport_protocol.PolicyHash = (function() {

        /**
         * Properties of a PolicyHash.
         * @typedef {Object} transport_protocol.PolicyHash.$Properties
         * @property {Uint8Array|null} [data] PolicyHash data
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a PolicyHash.
         * @memberof transport_protocol
         * @interface IPolicyHash
         * @augments transport_protocol.PolicyHash.$Properties
         * @deprecated Use transport_protocol.PolicyHash.$Properties instead.
         */

        /**
         * Shape of a PolicyHash.
         * @typedef {transport_protocol.PolicyHash.$Properties} transport_protocol.PolicyHash.$Shape
         */

        /**
         * Constructs a new PolicyHash.
         * @memberof transport_protocol
         * @classdesc Represents a PolicyHash.
         * @constructor
         * @param {transport_protocol.PolicyHash.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const PolicyHash = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * PolicyHash data.
         * @member {Uint8Array} data
         * @memberof transport_protocol.PolicyHash
         * @instance
         */
        PolicyHash.prototype.data = $util.newBuffer([]);

        /**
         * Creates a new PolicyHash instance using the specified properties.
         * @function create
         * @memberof transport_protocol.PolicyHash
         * @static
         * @param {transport_protocol.PolicyHash.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.PolicyHash} PolicyHash instance
         * @type {{
         *   (properties: transport_protocol.PolicyHash.$Shape): transport_protocol.PolicyHash & transport_protocol.PolicyHash.$Shape;
         *   (properties?: transport_protocol.PolicyHash.$Properties): transport_protocol.PolicyHash;
         * }}
         */
        PolicyHash.create = function(properties) {
            return new PolicyHash(properties);
        };

        /**
         * Encodes the specified PolicyHash message. Does not implicitly {@link transport_protocol.PolicyHash.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.PolicyHash
         * @static
         * @param {transport_protocol.PolicyHash.$Properties} message PolicyHash message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        PolicyHash.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.data);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a PolicyHash message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.PolicyHash
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.PolicyHash & transport_protocol.PolicyHash.$Shape} PolicyHash
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        PolicyHash.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.PolicyHash();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a PolicyHash message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.PolicyHash
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.PolicyHash} PolicyHash
         */
        PolicyHash.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.PolicyHash)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.PolicyHash: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.PolicyHash();
            if (object.data != null)
                if (object.data.length)
                    if (typeof object.data === "string")
                        $util.base64.decode(object.data, message.data = $util.newBuffer($util.base64.length(object.data)), 0);
                    else if (object.data.length >= 0)
                        message.data = object.data;
            return message;
        };

        /**
         * Creates a plain object from a PolicyHash message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.PolicyHash
         * @static
         * @param {transport_protocol.PolicyHash} message PolicyHash
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        PolicyHash.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                if (options.bytes === $String)
                    object.data = "";
                else {
                    object.data = [];
                    if (options.bytes !== $Array)
                        object.data = $util.newBuffer(object.data);
                }
            if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                object.data = options.bytes === $String ? $util.base64.encode(message.data, 0, message.data.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.data) : message.data;
            return object;
        };

        /**
         * Converts this PolicyHash to JSON.
         * @function toJSON
         * @memberof transport_protocol.PolicyHash
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        PolicyHash.prototype.toJSON = function() {
            return PolicyHash.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for PolicyHash
         * @function getTypeUrl
         * @memberof transport_protocol.PolicyHash
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        PolicyHash.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.PolicyHash";
        };

        return PolicyHash;
    })();

    transport_protocol.Cert = (function() {

        /**
         * Properties of a Cert.
         * @typedef {Object} transport_protocol.Cert.$Properties
         * @property {Uint8Array|null} [data] Cert data
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Cert.
         * @memberof transport_protocol
         * @interface ICert
         * @augments transport_protocol.Cert.$Properties
         * @deprecated Use transport_protocol.Cert.$Properties instead.
         */

        /**
         * Shape of a Cert.
         * @typedef {transport_protocol.Cert.$Properties} transport_protocol.Cert.$Shape
         */

        /**
         * Constructs a new Cert.
         * @memberof transport_protocol
         * @classdesc Represents a Cert.
         * @constructor
         * @param {transport_protocol.Cert.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Cert = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Cert data.
         * @member {Uint8Array} data
         * @memberof transport_protocol.Cert
         * @instance
         */
        Cert.prototype.data = $util.newBuffer([]);

        /**
         * Creates a new Cert instance using the specified properties.
         * @function create
         * @memberof transport_protocol.Cert
         * @static
         * @param {transport_protocol.Cert.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.Cert} Cert instance
         * @type {{
         *   (properties: transport_protocol.Cert.$Shape): transport_protocol.Cert & transport_protocol.Cert.$Shape;
         *   (properties?: transport_protocol.Cert.$Properties): transport_protocol.Cert;
         * }}
         */
        Cert.create = function(properties) {
            return new Cert(properties);
        };

        /**
         * Encodes the specified Cert message. Does not implicitly {@link transport_protocol.Cert.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.Cert
         * @static
         * @param {transport_protocol.Cert.$Properties} message Cert message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Cert.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.data);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Cert message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.Cert
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.Cert & transport_protocol.Cert.$Shape} Cert
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Cert.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.Cert();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a Cert message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.Cert
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.Cert} Cert
         */
        Cert.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.Cert)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.Cert: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.Cert();
            if (object.data != null)
                if (object.data.length)
                    if (typeof object.data === "string")
                        $util.base64.decode(object.data, message.data = $util.newBuffer($util.base64.length(object.data)), 0);
                    else if (object.data.length >= 0)
                        message.data = object.data;
            return message;
        };

        /**
         * Creates a plain object from a Cert message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.Cert
         * @static
         * @param {transport_protocol.Cert} message Cert
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        Cert.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                if (options.bytes === $String)
                    object.data = "";
                else {
                    object.data = [];
                    if (options.bytes !== $Array)
                        object.data = $util.newBuffer(object.data);
                }
            if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                object.data = options.bytes === $String ? $util.base64.encode(message.data, 0, message.data.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.data) : message.data;
            return object;
        };

        /**
         * Converts this Cert to JSON.
         * @function toJSON
         * @memberof transport_protocol.Cert
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        Cert.prototype.toJSON = function() {
            return Cert.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for Cert
         * @function getTypeUrl
         * @memberof transport_protocol.Cert
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Cert.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.Cert";
        };

        return Cert;
    })();

    transport_protocol.State = (function() {

        /**
         * Properties of a State.
         * @typedef {Object} transport_protocol.State.$Properties
         * @property {Uint8Array|null} [state] State state
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a State.
         * @memberof transport_protocol
         * @interface IState
         * @augments transport_protocol.State.$Properties
         * @deprecated Use transport_protocol.State.$Properties instead.
         */

        /**
         * Shape of a State.
         * @typedef {transport_protocol.State.$Properties} transport_protocol.State.$Shape
         */

        /**
         * Constructs a new State.
         * @memberof transport_protocol
         * @classdesc Represents a State.
         * @constructor
         * @param {transport_protocol.State.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const State = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * State state.
         * @member {Uint8Array} state
         * @memberof transport_protocol.State
         * @instance
         */
        State.prototype.state = $util.newBuffer([]);

        /**
         * Creates a new State instance using the specified properties.
         * @function create
         * @memberof transport_protocol.State
         * @static
         * @param {transport_protocol.State.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.State} State instance
         * @type {{
         *   (properties: transport_protocol.State.$Shape): transport_protocol.State & transport_protocol.State.$Shape;
         *   (properties?: transport_protocol.State.$Properties): transport_protocol.State;
         * }}
         */
        State.create = function(properties) {
            return new State(properties);
        };

        /**
         * Encodes the specified State message. Does not implicitly {@link transport_protocol.State.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.State
         * @static
         * @param {transport_protocol.State.$Properties} message State message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        State.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.state);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a State message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.State
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.State & transport_protocol.State.$Shape} State
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        State.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.State();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.state = value;
                        else
                            delete message.state;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a State message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.State
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.State} State
         */
        State.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.State)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.State: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.State();
            if (object.state != null)
                if (object.state.length)
                    if (typeof object.state === "string")
                        $util.base64.decode(object.state, message.state = $util.newBuffer($util.base64.length(object.state)), 0);
                    else if (object.state.length >= 0)
                        message.state = object.state;
            return message;
        };

        /**
         * Creates a plain object from a State message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.State
         * @static
         * @param {transport_protocol.State} message State
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        State.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                if (options.bytes === $String)
                    object.state = "";
                else {
                    object.state = [];
                    if (options.bytes !== $Array)
                        object.state = $util.newBuffer(object.state);
                }
            if (message.state != null && $Object.hasOwnProperty.call(message, "state"))
                object.state = options.bytes === $String ? $util.base64.encode(message.state, 0, message.state.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.state) : message.state;
            return object;
        };

        /**
         * Converts this State to JSON.
         * @function toJSON
         * @memberof transport_protocol.State
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        State.prototype.toJSON = function() {
            return State.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for State
         * @function getTypeUrl
         * @memberof transport_protocol.State
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        State.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.State";
        };

        return State;
    })();

    transport_protocol.RequestPiHash = (function() {

        /**
         * Properties of a RequestPiHash.
         * @typedef {Object} transport_protocol.RequestPiHash.$Properties
         * @property {string|null} [file_name] RequestPiHash file_name
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a RequestPiHash.
         * @memberof transport_protocol
         * @interface IRequestPiHash
         * @augments transport_protocol.RequestPiHash.$Properties
         * @deprecated Use transport_protocol.RequestPiHash.$Properties instead.
         */

        /**
         * Shape of a RequestPiHash.
         * @typedef {transport_protocol.RequestPiHash.$Properties} transport_protocol.RequestPiHash.$Shape
         */

        /**
         * Constructs a new RequestPiHash.
         * @memberof transport_protocol
         * @classdesc Represents a RequestPiHash.
         * @constructor
         * @param {transport_protocol.RequestPiHash.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const RequestPiHash = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * RequestPiHash file_name.
         * @member {string} file_name
         * @memberof transport_protocol.RequestPiHash
         * @instance
         */
        RequestPiHash.prototype.file_name = "";

        /**
         * Creates a new RequestPiHash instance using the specified properties.
         * @function create
         * @memberof transport_protocol.RequestPiHash
         * @static
         * @param {transport_protocol.RequestPiHash.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.RequestPiHash} RequestPiHash instance
         * @type {{
         *   (properties: transport_protocol.RequestPiHash.$Shape): transport_protocol.RequestPiHash & transport_protocol.RequestPiHash.$Shape;
         *   (properties?: transport_protocol.RequestPiHash.$Properties): transport_protocol.RequestPiHash;
         * }}
         */
        RequestPiHash.create = function(properties) {
            return new RequestPiHash(properties);
        };

        /**
         * Encodes the specified RequestPiHash message. Does not implicitly {@link transport_protocol.RequestPiHash.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.RequestPiHash
         * @static
         * @param {transport_protocol.RequestPiHash.$Properties} message RequestPiHash message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        RequestPiHash.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name") && message.file_name !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.file_name);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a RequestPiHash message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.RequestPiHash
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.RequestPiHash & transport_protocol.RequestPiHash.$Shape} RequestPiHash
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        RequestPiHash.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.RequestPiHash();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.file_name = value;
                        else
                            delete message.file_name;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a RequestPiHash message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.RequestPiHash
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.RequestPiHash} RequestPiHash
         */
        RequestPiHash.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.RequestPiHash)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.RequestPiHash: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.RequestPiHash();
            if (object.file_name != null)
                if (typeof object.file_name !== "string" || object.file_name.length)
                    message.file_name = $String(object.file_name);
            return message;
        };

        /**
         * Creates a plain object from a RequestPiHash message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.RequestPiHash
         * @static
         * @param {transport_protocol.RequestPiHash} message RequestPiHash
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        RequestPiHash.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.file_name = "";
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name"))
                object.file_name = message.file_name;
            return object;
        };

        /**
         * Converts this RequestPiHash to JSON.
         * @function toJSON
         * @memberof transport_protocol.RequestPiHash
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        RequestPiHash.prototype.toJSON = function() {
            return RequestPiHash.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for RequestPiHash
         * @function getTypeUrl
         * @memberof transport_protocol.RequestPiHash
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        RequestPiHash.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.RequestPiHash";
        };

        return RequestPiHash;
    })();

    transport_protocol.RequestResult = (function() {

        /**
         * Properties of a RequestResult.
         * @typedef {Object} transport_protocol.RequestResult.$Properties
         * @property {string|null} [file_name] RequestResult file_name
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a RequestResult.
         * @memberof transport_protocol
         * @interface IRequestResult
         * @augments transport_protocol.RequestResult.$Properties
         * @deprecated Use transport_protocol.RequestResult.$Properties instead.
         */

        /**
         * Shape of a RequestResult.
         * @typedef {transport_protocol.RequestResult.$Properties} transport_protocol.RequestResult.$Shape
         */

        /**
         * Constructs a new RequestResult.
         * @memberof transport_protocol
         * @classdesc Represents a RequestResult.
         * @constructor
         * @param {transport_protocol.RequestResult.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const RequestResult = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * RequestResult file_name.
         * @member {string} file_name
         * @memberof transport_protocol.RequestResult
         * @instance
         */
        RequestResult.prototype.file_name = "";

        /**
         * Creates a new RequestResult instance using the specified properties.
         * @function create
         * @memberof transport_protocol.RequestResult
         * @static
         * @param {transport_protocol.RequestResult.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.RequestResult} RequestResult instance
         * @type {{
         *   (properties: transport_protocol.RequestResult.$Shape): transport_protocol.RequestResult & transport_protocol.RequestResult.$Shape;
         *   (properties?: transport_protocol.RequestResult.$Properties): transport_protocol.RequestResult;
         * }}
         */
        RequestResult.create = function(properties) {
            return new RequestResult(properties);
        };

        /**
         * Encodes the specified RequestResult message. Does not implicitly {@link transport_protocol.RequestResult.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.RequestResult
         * @static
         * @param {transport_protocol.RequestResult.$Properties} message RequestResult message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        RequestResult.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name") && message.file_name !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.file_name);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a RequestResult message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.RequestResult
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.RequestResult & transport_protocol.RequestResult.$Shape} RequestResult
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        RequestResult.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.RequestResult();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.file_name = value;
                        else
                            delete message.file_name;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a RequestResult message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.RequestResult
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.RequestResult} RequestResult
         */
        RequestResult.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.RequestResult)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.RequestResult: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.RequestResult();
            if (object.file_name != null)
                if (typeof object.file_name !== "string" || object.file_name.length)
                    message.file_name = $String(object.file_name);
            return message;
        };

        /**
         * Creates a plain object from a RequestResult message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.RequestResult
         * @static
         * @param {transport_protocol.RequestResult} message RequestResult
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        RequestResult.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.file_name = "";
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name"))
                object.file_name = message.file_name;
            return object;
        };

        /**
         * Converts this RequestResult to JSON.
         * @function toJSON
         * @memberof transport_protocol.RequestResult
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        RequestResult.prototype.toJSON = function() {
            return RequestResult.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for RequestResult
         * @function getTypeUrl
         * @memberof transport_protocol.RequestResult
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        RequestResult.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.RequestResult";
        };

        return RequestResult;
    })();

    transport_protocol.RequestProxyPsaAttestationToken = (function() {

        /**
         * Properties of a RequestProxyPsaAttestationToken.
         * @typedef {Object} transport_protocol.RequestProxyPsaAttestationToken.$Properties
         * @property {Uint8Array|null} [challenge] RequestProxyPsaAttestationToken challenge
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a RequestProxyPsaAttestationToken.
         * @memberof transport_protocol
         * @interface IRequestProxyPsaAttestationToken
         * @augments transport_protocol.RequestProxyPsaAttestationToken.$Properties
         * @deprecated Use transport_protocol.RequestProxyPsaAttestationToken.$Properties instead.
         */

        /**
         * Shape of a RequestProxyPsaAttestationToken.
         * @typedef {transport_protocol.RequestProxyPsaAttestationToken.$Properties} transport_protocol.RequestProxyPsaAttestationToken.$Shape
         */

        /**
         * Constructs a new RequestProxyPsaAttestationToken.
         * @memberof transport_protocol
         * @classdesc Represents a RequestProxyPsaAttestationToken.
         * @constructor
         * @param {transport_protocol.RequestProxyPsaAttestationToken.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const RequestProxyPsaAttestationToken = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * RequestProxyPsaAttestationToken challenge.
         * @member {Uint8Array} challenge
         * @memberof transport_protocol.RequestProxyPsaAttestationToken
         * @instance
         */
        RequestProxyPsaAttestationToken.prototype.challenge = $util.newBuffer([]);

        /**
         * Creates a new RequestProxyPsaAttestationToken instance using the specified properties.
         * @function create
         * @memberof transport_protocol.RequestProxyPsaAttestationToken
         * @static
         * @param {transport_protocol.RequestProxyPsaAttestationToken.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.RequestProxyPsaAttestationToken} RequestProxyPsaAttestationToken instance
         * @type {{
         *   (properties: transport_protocol.RequestProxyPsaAttestationToken.$Shape): transport_protocol.RequestProxyPsaAttestationToken & transport_protocol.RequestProxyPsaAttestationToken.$Shape;
         *   (properties?: transport_protocol.RequestProxyPsaAttestationToken.$Properties): transport_protocol.RequestProxyPsaAttestationToken;
         * }}
         */
        RequestProxyPsaAttestationToken.create = function(properties) {
            return new RequestProxyPsaAttestationToken(properties);
        };

        /**
         * Encodes the specified RequestProxyPsaAttestationToken message. Does not implicitly {@link transport_protocol.RequestProxyPsaAttestationToken.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.RequestProxyPsaAttestationToken
         * @static
         * @param {transport_protocol.RequestProxyPsaAttestationToken.$Properties} message RequestProxyPsaAttestationToken message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        RequestProxyPsaAttestationToken.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.challenge != null && $Object.hasOwnProperty.call(message, "challenge") && message.challenge.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.challenge);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a RequestProxyPsaAttestationToken message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.RequestProxyPsaAttestationToken
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.RequestProxyPsaAttestationToken & transport_protocol.RequestProxyPsaAttestationToken.$Shape} RequestProxyPsaAttestationToken
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        RequestProxyPsaAttestationToken.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.RequestProxyPsaAttestationToken();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.challenge = value;
                        else
                            delete message.challenge;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a RequestProxyPsaAttestationToken message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.RequestProxyPsaAttestationToken
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.RequestProxyPsaAttestationToken} RequestProxyPsaAttestationToken
         */
        RequestProxyPsaAttestationToken.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.RequestProxyPsaAttestationToken)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.RequestProxyPsaAttestationToken: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.RequestProxyPsaAttestationToken();
            if (object.challenge != null)
                if (object.challenge.length)
                    if (typeof object.challenge === "string")
                        $util.base64.decode(object.challenge, message.challenge = $util.newBuffer($util.base64.length(object.challenge)), 0);
                    else if (object.challenge.length >= 0)
                        message.challenge = object.challenge;
            return message;
        };

        /**
         * Creates a plain object from a RequestProxyPsaAttestationToken message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.RequestProxyPsaAttestationToken
         * @static
         * @param {transport_protocol.RequestProxyPsaAttestationToken} message RequestProxyPsaAttestationToken
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        RequestProxyPsaAttestationToken.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                if (options.bytes === $String)
                    object.challenge = "";
                else {
                    object.challenge = [];
                    if (options.bytes !== $Array)
                        object.challenge = $util.newBuffer(object.challenge);
                }
            if (message.challenge != null && $Object.hasOwnProperty.call(message, "challenge"))
                object.challenge = options.bytes === $String ? $util.base64.encode(message.challenge, 0, message.challenge.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.challenge) : message.challenge;
            return object;
        };

        /**
         * Converts this RequestProxyPsaAttestationToken to JSON.
         * @function toJSON
         * @memberof transport_protocol.RequestProxyPsaAttestationToken
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        RequestProxyPsaAttestationToken.prototype.toJSON = function() {
            return RequestProxyPsaAttestationToken.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for RequestProxyPsaAttestationToken
         * @function getTypeUrl
         * @memberof transport_protocol.RequestProxyPsaAttestationToken
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        RequestProxyPsaAttestationToken.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.RequestProxyPsaAttestationToken";
        };

        return RequestProxyPsaAttestationToken;
    })();

    transport_protocol.RequestCertificate = (function() {

        /**
         * Properties of a RequestCertificate.
         * @typedef {Object} transport_protocol.RequestCertificate.$Properties
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a RequestCertificate.
         * @memberof transport_protocol
         * @interface IRequestCertificate
         * @augments transport_protocol.RequestCertificate.$Properties
         * @deprecated Use transport_protocol.RequestCertificate.$Properties instead.
         */

        /**
         * Shape of a RequestCertificate.
         * @typedef {transport_protocol.RequestCertificate.$Properties} transport_protocol.RequestCertificate.$Shape
         */

        /**
         * Constructs a new RequestCertificate.
         * @memberof transport_protocol
         * @classdesc Represents a RequestCertificate.
         * @constructor
         * @param {transport_protocol.RequestCertificate.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const RequestCertificate = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Creates a new RequestCertificate instance using the specified properties.
         * @function create
         * @memberof transport_protocol.RequestCertificate
         * @static
         * @param {transport_protocol.RequestCertificate.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.RequestCertificate} RequestCertificate instance
         * @type {{
         *   (properties: transport_protocol.RequestCertificate.$Shape): transport_protocol.RequestCertificate & transport_protocol.RequestCertificate.$Shape;
         *   (properties?: transport_protocol.RequestCertificate.$Properties): transport_protocol.RequestCertificate;
         * }}
         */
        RequestCertificate.create = function(properties) {
            return new RequestCertificate(properties);
        };

        /**
         * Encodes the specified RequestCertificate message. Does not implicitly {@link transport_protocol.RequestCertificate.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.RequestCertificate
         * @static
         * @param {transport_protocol.RequestCertificate.$Properties} message RequestCertificate message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        RequestCertificate.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a RequestCertificate message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.RequestCertificate
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.RequestCertificate & transport_protocol.RequestCertificate.$Shape} RequestCertificate
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        RequestCertificate.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.RequestCertificate();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                reader.skipType(tag & 7, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a RequestCertificate message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.RequestCertificate
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.RequestCertificate} RequestCertificate
         */
        RequestCertificate.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.RequestCertificate)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.RequestCertificate: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            return new $root.transport_protocol.RequestCertificate();
        };

        /**
         * Creates a plain object from a RequestCertificate message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.RequestCertificate
         * @static
         * @param {transport_protocol.RequestCertificate} message RequestCertificate
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        RequestCertificate.toObject = function () {
            return {};
        };

        /**
         * Converts this RequestCertificate to JSON.
         * @function toJSON
         * @memberof transport_protocol.RequestCertificate
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        RequestCertificate.prototype.toJSON = function() {
            return RequestCertificate.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for RequestCertificate
         * @function getTypeUrl
         * @memberof transport_protocol.RequestCertificate
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        RequestCertificate.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.RequestCertificate";
        };

        return RequestCertificate;
    })();

    transport_protocol.RequestShutdown = (function() {

        /**
         * Properties of a RequestShutdown.
         * @typedef {Object} transport_protocol.RequestShutdown.$Properties
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a RequestShutdown.
         * @memberof transport_protocol
         * @interface IRequestShutdown
         * @augments transport_protocol.RequestShutdown.$Properties
         * @deprecated Use transport_protocol.RequestShutdown.$Properties instead.
         */

        /**
         * Shape of a RequestShutdown.
         * @typedef {transport_protocol.RequestShutdown.$Properties} transport_protocol.RequestShutdown.$Shape
         */

        /**
         * Constructs a new RequestShutdown.
         * @memberof transport_protocol
         * @classdesc Represents a RequestShutdown.
         * @constructor
         * @param {transport_protocol.RequestShutdown.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const RequestShutdown = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Creates a new RequestShutdown instance using the specified properties.
         * @function create
         * @memberof transport_protocol.RequestShutdown
         * @static
         * @param {transport_protocol.RequestShutdown.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.RequestShutdown} RequestShutdown instance
         * @type {{
         *   (properties: transport_protocol.RequestShutdown.$Shape): transport_protocol.RequestShutdown & transport_protocol.RequestShutdown.$Shape;
         *   (properties?: transport_protocol.RequestShutdown.$Properties): transport_protocol.RequestShutdown;
         * }}
         */
        RequestShutdown.create = function(properties) {
            return new RequestShutdown(properties);
        };

        /**
         * Encodes the specified RequestShutdown message. Does not implicitly {@link transport_protocol.RequestShutdown.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.RequestShutdown
         * @static
         * @param {transport_protocol.RequestShutdown.$Properties} message RequestShutdown message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        RequestShutdown.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a RequestShutdown message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.RequestShutdown
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.RequestShutdown & transport_protocol.RequestShutdown.$Shape} RequestShutdown
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        RequestShutdown.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.RequestShutdown();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                reader.skipType(tag & 7, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a RequestShutdown message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.RequestShutdown
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.RequestShutdown} RequestShutdown
         */
        RequestShutdown.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.RequestShutdown)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.RequestShutdown: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            return new $root.transport_protocol.RequestShutdown();
        };

        /**
         * Creates a plain object from a RequestShutdown message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.RequestShutdown
         * @static
         * @param {transport_protocol.RequestShutdown} message RequestShutdown
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        RequestShutdown.toObject = function () {
            return {};
        };

        /**
         * Converts this RequestShutdown to JSON.
         * @function toJSON
         * @memberof transport_protocol.RequestShutdown
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        RequestShutdown.prototype.toJSON = function() {
            return RequestShutdown.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for RequestShutdown
         * @function getTypeUrl
         * @memberof transport_protocol.RequestShutdown
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        RequestShutdown.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.RequestShutdown";
        };

        return RequestShutdown;
    })();

    transport_protocol.RequestNextRound = (function() {

        /**
         * Properties of a RequestNextRound.
         * @typedef {Object} transport_protocol.RequestNextRound.$Properties
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a RequestNextRound.
         * @memberof transport_protocol
         * @interface IRequestNextRound
         * @augments transport_protocol.RequestNextRound.$Properties
         * @deprecated Use transport_protocol.RequestNextRound.$Properties instead.
         */

        /**
         * Shape of a RequestNextRound.
         * @typedef {transport_protocol.RequestNextRound.$Properties} transport_protocol.RequestNextRound.$Shape
         */

        /**
         * Constructs a new RequestNextRound.
         * @memberof transport_protocol
         * @classdesc Represents a RequestNextRound.
         * @constructor
         * @param {transport_protocol.RequestNextRound.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const RequestNextRound = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Creates a new RequestNextRound instance using the specified properties.
         * @function create
         * @memberof transport_protocol.RequestNextRound
         * @static
         * @param {transport_protocol.RequestNextRound.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.RequestNextRound} RequestNextRound instance
         * @type {{
         *   (properties: transport_protocol.RequestNextRound.$Shape): transport_protocol.RequestNextRound & transport_protocol.RequestNextRound.$Shape;
         *   (properties?: transport_protocol.RequestNextRound.$Properties): transport_protocol.RequestNextRound;
         * }}
         */
        RequestNextRound.create = function(properties) {
            return new RequestNextRound(properties);
        };

        /**
         * Encodes the specified RequestNextRound message. Does not implicitly {@link transport_protocol.RequestNextRound.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.RequestNextRound
         * @static
         * @param {transport_protocol.RequestNextRound.$Properties} message RequestNextRound message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        RequestNextRound.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a RequestNextRound message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.RequestNextRound
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.RequestNextRound & transport_protocol.RequestNextRound.$Shape} RequestNextRound
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        RequestNextRound.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.RequestNextRound();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                reader.skipType(tag & 7, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a RequestNextRound message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.RequestNextRound
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.RequestNextRound} RequestNextRound
         */
        RequestNextRound.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.RequestNextRound)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.RequestNextRound: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            return new $root.transport_protocol.RequestNextRound();
        };

        /**
         * Creates a plain object from a RequestNextRound message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.RequestNextRound
         * @static
         * @param {transport_protocol.RequestNextRound} message RequestNextRound
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        RequestNextRound.toObject = function () {
            return {};
        };

        /**
         * Converts this RequestNextRound to JSON.
         * @function toJSON
         * @memberof transport_protocol.RequestNextRound
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        RequestNextRound.prototype.toJSON = function() {
            return RequestNextRound.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for RequestNextRound
         * @function getTypeUrl
         * @memberof transport_protocol.RequestNextRound
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        RequestNextRound.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.RequestNextRound";
        };

        return RequestNextRound;
    })();

    transport_protocol.RequestState = (function() {

        /**
         * Properties of a RequestState.
         * @typedef {Object} transport_protocol.RequestState.$Properties
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a RequestState.
         * @memberof transport_protocol
         * @interface IRequestState
         * @augments transport_protocol.RequestState.$Properties
         * @deprecated Use transport_protocol.RequestState.$Properties instead.
         */

        /**
         * Shape of a RequestState.
         * @typedef {transport_protocol.RequestState.$Properties} transport_protocol.RequestState.$Shape
         */

        /**
         * Constructs a new RequestState.
         * @memberof transport_protocol
         * @classdesc Represents a RequestState.
         * @constructor
         * @param {transport_protocol.RequestState.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const RequestState = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Creates a new RequestState instance using the specified properties.
         * @function create
         * @memberof transport_protocol.RequestState
         * @static
         * @param {transport_protocol.RequestState.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.RequestState} RequestState instance
         * @type {{
         *   (properties: transport_protocol.RequestState.$Shape): transport_protocol.RequestState & transport_protocol.RequestState.$Shape;
         *   (properties?: transport_protocol.RequestState.$Properties): transport_protocol.RequestState;
         * }}
         */
        RequestState.create = function(properties) {
            return new RequestState(properties);
        };

        /**
         * Encodes the specified RequestState message. Does not implicitly {@link transport_protocol.RequestState.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.RequestState
         * @static
         * @param {transport_protocol.RequestState.$Properties} message RequestState message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        RequestState.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a RequestState message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.RequestState
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.RequestState & transport_protocol.RequestState.$Shape} RequestState
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        RequestState.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.RequestState();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                reader.skipType(tag & 7, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a RequestState message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.RequestState
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.RequestState} RequestState
         */
        RequestState.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.RequestState)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.RequestState: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            return new $root.transport_protocol.RequestState();
        };

        /**
         * Creates a plain object from a RequestState message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.RequestState
         * @static
         * @param {transport_protocol.RequestState} message RequestState
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        RequestState.toObject = function () {
            return {};
        };

        /**
         * Converts this RequestState to JSON.
         * @function toJSON
         * @memberof transport_protocol.RequestState
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        RequestState.prototype.toJSON = function() {
            return RequestState.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for RequestState
         * @function getTypeUrl
         * @memberof transport_protocol.RequestState
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        RequestState.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.RequestState";
        };

        return RequestState;
    })();

    transport_protocol.RequestPolicyHash = (function() {

        /**
         * Properties of a RequestPolicyHash.
         * @typedef {Object} transport_protocol.RequestPolicyHash.$Properties
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a RequestPolicyHash.
         * @memberof transport_protocol
         * @interface IRequestPolicyHash
         * @augments transport_protocol.RequestPolicyHash.$Properties
         * @deprecated Use transport_protocol.RequestPolicyHash.$Properties instead.
         */

        /**
         * Shape of a RequestPolicyHash.
         * @typedef {transport_protocol.RequestPolicyHash.$Properties} transport_protocol.RequestPolicyHash.$Shape
         */

        /**
         * Constructs a new RequestPolicyHash.
         * @memberof transport_protocol
         * @classdesc Represents a RequestPolicyHash.
         * @constructor
         * @param {transport_protocol.RequestPolicyHash.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const RequestPolicyHash = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Creates a new RequestPolicyHash instance using the specified properties.
         * @function create
         * @memberof transport_protocol.RequestPolicyHash
         * @static
         * @param {transport_protocol.RequestPolicyHash.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.RequestPolicyHash} RequestPolicyHash instance
         * @type {{
         *   (properties: transport_protocol.RequestPolicyHash.$Shape): transport_protocol.RequestPolicyHash & transport_protocol.RequestPolicyHash.$Shape;
         *   (properties?: transport_protocol.RequestPolicyHash.$Properties): transport_protocol.RequestPolicyHash;
         * }}
         */
        RequestPolicyHash.create = function(properties) {
            return new RequestPolicyHash(properties);
        };

        /**
         * Encodes the specified RequestPolicyHash message. Does not implicitly {@link transport_protocol.RequestPolicyHash.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.RequestPolicyHash
         * @static
         * @param {transport_protocol.RequestPolicyHash.$Properties} message RequestPolicyHash message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        RequestPolicyHash.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a RequestPolicyHash message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.RequestPolicyHash
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.RequestPolicyHash & transport_protocol.RequestPolicyHash.$Shape} RequestPolicyHash
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        RequestPolicyHash.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.RequestPolicyHash();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                reader.skipType(tag & 7, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a RequestPolicyHash message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.RequestPolicyHash
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.RequestPolicyHash} RequestPolicyHash
         */
        RequestPolicyHash.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.RequestPolicyHash)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.RequestPolicyHash: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            return new $root.transport_protocol.RequestPolicyHash();
        };

        /**
         * Creates a plain object from a RequestPolicyHash message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.RequestPolicyHash
         * @static
         * @param {transport_protocol.RequestPolicyHash} message RequestPolicyHash
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        RequestPolicyHash.toObject = function () {
            return {};
        };

        /**
         * Converts this RequestPolicyHash to JSON.
         * @function toJSON
         * @memberof transport_protocol.RequestPolicyHash
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        RequestPolicyHash.prototype.toJSON = function() {
            return RequestPolicyHash.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for RequestPolicyHash
         * @function getTypeUrl
         * @memberof transport_protocol.RequestPolicyHash
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        RequestPolicyHash.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.RequestPolicyHash";
        };

        return RequestPolicyHash;
    })();

    transport_protocol.Attest = (function() {

        /**
         * Properties of an Attest.
         * @typedef {Object} transport_protocol.Attest.$Properties
         * @property {Uint8Array|null} [nonce] Attest nonce
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an Attest.
         * @memberof transport_protocol
         * @interface IAttest
         * @augments transport_protocol.Attest.$Properties
         * @deprecated Use transport_protocol.Attest.$Properties instead.
         */

        /**
         * Shape of an Attest.
         * @typedef {transport_protocol.Attest.$Properties} transport_protocol.Attest.$Shape
         */

        /**
         * Constructs a new Attest.
         * @memberof transport_protocol
         * @classdesc Represents an Attest.
         * @constructor
         * @param {transport_protocol.Attest.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Attest = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Attest nonce.
         * @member {Uint8Array} nonce
         * @memberof transport_protocol.Attest
         * @instance
         */
        Attest.prototype.nonce = $util.newBuffer([]);

        /**
         * Creates a new Attest instance using the specified properties.
         * @function create
         * @memberof transport_protocol.Attest
         * @static
         * @param {transport_protocol.Attest.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.Attest} Attest instance
         * @type {{
         *   (properties: transport_protocol.Attest.$Shape): transport_protocol.Attest & transport_protocol.Attest.$Shape;
         *   (properties?: transport_protocol.Attest.$Properties): transport_protocol.Attest;
         * }}
         */
        Attest.create = function(properties) {
            return new Attest(properties);
        };

        /**
         * Encodes the specified Attest message. Does not implicitly {@link transport_protocol.Attest.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.Attest
         * @static
         * @param {transport_protocol.Attest.$Properties} message Attest message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Attest.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.nonce);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an Attest message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.Attest
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.Attest & transport_protocol.Attest.$Shape} Attest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Attest.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.Attest();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.nonce = value;
                        else
                            delete message.nonce;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates an Attest message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.Attest
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.Attest} Attest
         */
        Attest.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.Attest)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.Attest: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.Attest();
            if (object.nonce != null)
                if (object.nonce.length)
                    if (typeof object.nonce === "string")
                        $util.base64.decode(object.nonce, message.nonce = $util.newBuffer($util.base64.length(object.nonce)), 0);
                    else if (object.nonce.length >= 0)
                        message.nonce = object.nonce;
            return message;
        };

        /**
         * Creates a plain object from an Attest message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.Attest
         * @static
         * @param {transport_protocol.Attest} message Attest
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        Attest.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                if (options.bytes === $String)
                    object.nonce = "";
                else {
                    object.nonce = [];
                    if (options.bytes !== $Array)
                        object.nonce = $util.newBuffer(object.nonce);
                }
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce"))
                object.nonce = options.bytes === $String ? $util.base64.encode(message.nonce, 0, message.nonce.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.nonce) : message.nonce;
            return object;
        };

        /**
         * Converts this Attest to JSON.
         * @function toJSON
         * @memberof transport_protocol.Attest
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        Attest.prototype.toJSON = function() {
            return Attest.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for Attest
         * @function getTypeUrl
         * @memberof transport_protocol.Attest
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Attest.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.Attest";
        };

        return Attest;
    })();

    transport_protocol.ReadRange = (function() {

        /**
         * Properties of a ReadRange.
         * @typedef {Object} transport_protocol.ReadRange.$Properties
         * @property {string|null} [file_name] ReadRange file_name
         * @property {number|Long|null} [offset] ReadRange offset
         * @property {number|Long|null} [length] ReadRange length
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a ReadRange.
         * @memberof transport_protocol
         * @interface IReadRange
         * @augments transport_protocol.ReadRange.$Properties
         * @deprecated Use transport_protocol.ReadRange.$Properties instead.
         */

        /**
         * Shape of a ReadRange.
         * @typedef {transport_protocol.ReadRange.$Properties} transport_protocol.ReadRange.$Shape
         */

        /**
         * Constructs a new ReadRange.
         * @memberof transport_protocol
         * @classdesc Represents a ReadRange.
         * @constructor
         * @param {transport_protocol.ReadRange.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const ReadRange = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * ReadRange file_name.
         * @member {string} file_name
         * @memberof transport_protocol.ReadRange
         * @instance
         */
        ReadRange.prototype.file_name = "";

        /**
         * ReadRange offset.
         * @member {number|Long} offset
         * @memberof transport_protocol.ReadRange
         * @instance
         */
        ReadRange.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * ReadRange length.
         * @member {number|Long} length
         * @memberof transport_protocol.ReadRange
         * @instance
         */
        ReadRange.prototype.length = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Creates a new ReadRange instance using the specified properties.
         * @function create
         * @memberof transport_protocol.ReadRange
         * @static
         * @param {transport_protocol.ReadRange.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.ReadRange} ReadRange instance
         * @type {{
         *   (properties: transport_protocol.ReadRange.$Shape): transport_protocol.ReadRange & transport_protocol.ReadRange.$Shape;
         *   (properties?: transport_protocol.ReadRange.$Properties): transport_protocol.ReadRange;
         * }}
         */
        ReadRange.create = function(properties) {
            return new ReadRange(properties);
        };

        /**
         * Encodes the specified ReadRange message. Does not implicitly {@link transport_protocol.ReadRange.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.ReadRange
         * @static
         * @param {transport_protocol.ReadRange.$Properties} message ReadRange message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ReadRange.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name") && message.file_name !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.file_name);
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.offset);
            if (message.length != null && $Object.hasOwnProperty.call(message, "length") && (typeof message.length === "object" ? message.length.low || message.length.high : message.length !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.length);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a ReadRange message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.ReadRange
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.ReadRange & transport_protocol.ReadRange.$Shape} ReadRange
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ReadRange.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.ReadRange();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.file_name = value;
                        else
                            delete message.file_name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.offset = value;
                        else
                            delete message.offset;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.length = value;
                        else
                            delete message.length;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a ReadRange message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.ReadRange
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.ReadRange} ReadRange
         */
        ReadRange.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.ReadRange)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.ReadRange: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.ReadRange();
            if (object.file_name != null)
                if (typeof object.file_name !== "string" || object.file_name.length)
                    message.file_name = $String(object.file_name);
            if (object.offset != null)
                if (typeof object.offset === "object" ? object.offset.low || object.offset.high : $Number(object.offset) !== 0)
                    if ($util.Long)
                        message.offset = $util.Long.fromValue(object.offset, true);
                    else if (typeof object.offset === "string")
                        message.offset = $parseInt(object.offset, 10);
                    else if (typeof object.offset === "number")
                        message.offset = object.offset;
                    else if (typeof object.offset === "object")
                        message.offset = new $util.LongBits(object.offset.low >>> 0, object.offset.high >>> 0).toNumber(true);
            if (object.length != null)
                if (typeof object.length === "object" ? object.length.low || object.length.high : $Number(object.length) !== 0)
                    if ($util.Long)
                        message.length = $util.Long.fromValue(object.length, true);
                    else if (typeof object.length === "string")
                        message.length = $parseInt(object.length, 10);
                    else if (typeof object.length === "number")
                        message.length = object.length;
                    else if (typeof object.length === "object")
                        message.length = new $util.LongBits(object.length.low >>> 0, object.length.high >>> 0).toNumber(true);
            return message;
        };

        /**
         * Creates a plain object from a ReadRange message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.ReadRange
         * @static
         * @param {transport_protocol.ReadRange} message ReadRange
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        ReadRange.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.file_name = "";
                if ($util.Long) {
                    let long = new $util.Long(0, 0, true);
                    object.offset = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.offset = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                if ($util.Long) {
                    let long = new $util.Long(0, 0, true);
                    object.length = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.length = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
            }
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name"))
                object.file_name = message.file_name;
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.offset = typeof message.offset === "number" ? $BigInt(message.offset) : $util.Long.fromBits(message.offset.low >>> 0, message.offset.high >>> 0, true).toBigInt();
                else if (typeof message.offset === "number")
                    object.offset = options.longs === $String ? $String(message.offset) : message.offset;
                else
                    object.offset = options.longs === $String ? $util.Long.prototype.toString.call(message.offset) : options.longs === $Number ? new $util.LongBits(message.offset.low >>> 0, message.offset.high >>> 0).toNumber(true) : message.offset;
            if (message.length != null && $Object.hasOwnProperty.call(message, "length"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.length = typeof message.length === "number" ? $BigInt(message.length) : $util.Long.fromBits(message.length.low >>> 0, message.length.high >>> 0, true).toBigInt();
                else if (typeof message.length === "number")
                    object.length = options.longs === $String ? $String(message.length) : message.length;
                else
                    object.length = options.longs === $String ? $util.Long.prototype.toString.call(message.length) : options.longs === $Number ? new $util.LongBits(message.length.low >>> 0, message.length.high >>> 0).toNumber(true) : message.length;
            return object;
        };

        /**
         * Converts this ReadRange to JSON.
         * @function toJSON
         * @memberof transport_protocol.ReadRange
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        ReadRange.prototype.toJSON = function() {
            return ReadRange.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for ReadRange
         * @function getTypeUrl
         * @memberof transport_protocol.ReadRange
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        ReadRange.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.ReadRange";
        };

        return ReadRange;
    })();

    transport_protocol.WriteChunk = (function() {

        /**
         * Properties of a WriteChunk.
         * @typedef {Object} transport_protocol.WriteChunk.$Properties
         * @property {string|null} [file_name] WriteChunk file_name
         * @property {number|Long|null} [offset] WriteChunk offset
         * @property {Uint8Array|null} [data] WriteChunk data
         * @property {boolean|null} [truncate] WriteChunk truncate
         * @property {boolean|null} [final] WriteChunk final
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a WriteChunk.
         * @memberof transport_protocol
         * @interface IWriteChunk
         * @augments transport_protocol.WriteChunk.$Properties
         * @deprecated Use transport_protocol.WriteChunk.$Properties instead.
         */

        /**
         * Shape of a WriteChunk.
         * @typedef {transport_protocol.WriteChunk.$Properties} transport_protocol.WriteChunk.$Shape
         */

        /**
         * Constructs a new WriteChunk.
         * @memberof transport_protocol
         * @classdesc Represents a WriteChunk.
         * @constructor
         * @param {transport_protocol.WriteChunk.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const WriteChunk = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * WriteChunk file_name.
         * @member {string} file_name
         * @memberof transport_protocol.WriteChunk
         * @instance
         */
        WriteChunk.prototype.file_name = "";

        /**
         * WriteChunk offset.
         * @member {number|Long} offset
         * @memberof transport_protocol.WriteChunk
         * @instance
         */
        WriteChunk.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * WriteChunk data.
         * @member {Uint8Array} data
         * @memberof transport_protocol.WriteChunk
         * @instance
         */
        WriteChunk.prototype.data = $util.newBuffer([]);

        /**
         * WriteChunk truncate.
         * @member {boolean} truncate
         * @memberof transport_protocol.WriteChunk
         * @instance
         */
        WriteChunk.prototype.truncate = false;

        /**
         * WriteChunk final.
         * @member {boolean} final
         * @memberof transport_protocol.WriteChunk
         * @instance
         */
        WriteChunk.prototype.final = false;

        /**
         * Creates a new WriteChunk instance using the specified properties.
         * @function create
         * @memberof transport_protocol.WriteChunk
         * @static
         * @param {transport_protocol.WriteChunk.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.WriteChunk} WriteChunk instance
         * @type {{
         *   (properties: transport_protocol.WriteChunk.$Shape): transport_protocol.WriteChunk & transport_protocol.WriteChunk.$Shape;
         *   (properties?: transport_protocol.WriteChunk.$Properties): transport_protocol.WriteChunk;
         * }}
         */
        WriteChunk.create = function(properties) {
            return new WriteChunk(properties);
        };

        /**
         * Encodes the specified WriteChunk message. Does not implicitly {@link transport_protocol.WriteChunk.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.WriteChunk
         * @static
         * @param {transport_protocol.WriteChunk.$Properties} message WriteChunk message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        WriteChunk.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name") && message.file_name !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.file_name);
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.offset);
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.data);
            if (message.truncate != null && $Object.hasOwnProperty.call(message, "truncate") && message.truncate !== false)
                writer.uint32(/* id 4, wireType 0 =*/32).bool(message.truncate);
            if (message.final != null && $Object.hasOwnProperty.call(message, "final") && message.final !== false)
                writer.uint32(/* id 5, wireType 0 =*/40).bool(message.final);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a WriteChunk message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.WriteChunk
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.WriteChunk & transport_protocol.WriteChunk.$Shape} WriteChunk
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        WriteChunk.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.WriteChunk();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.file_name = value;
                        else
                            delete message.file_name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.offset = value;
                        else
                            delete message.offset;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.truncate = value;
                        else
                            delete message.truncate;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.final = value;
                        else
                            delete message.final;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a WriteChunk message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.WriteChunk
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.WriteChunk} WriteChunk
         */
        WriteChunk.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.WriteChunk)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.WriteChunk: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.WriteChunk();
            if (object.file_name != null)
                if (typeof object.file_name !== "string" || object.file_name.length)
                    message.file_name = $String(object.file_name);
            if (object.offset != null)
                if (typeof object.offset === "object" ? object.offset.low || object.offset.high : $Number(object.offset) !== 0)
                    if ($util.Long)
                        message.offset = $util.Long.fromValue(object.offset, true);
                    else if (typeof object.offset === "string")
                        message.offset = $parseInt(object.offset, 10);
                    else if (typeof object.offset === "number")
                        message.offset = object.offset;
                    else if (typeof object.offset === "object")
                        message.offset = new $util.LongBits(object.offset.low >>> 0, object.offset.high >>> 0).toNumber(true);
            if (object.data != null)
                if (object.data.length)
                    if (typeof object.data === "string")
                        $util.base64.decode(object.data, message.data = $util.newBuffer($util.base64.length(object.data)), 0);
                    else if (object.data.length >= 0)
                        message.data = object.data;
            if (object.truncate != null)
                if (object.truncate)
                    message.truncate = $Boolean(object.truncate);
            if (object.final != null)
                if (object.final)
                    message.final = $Boolean(object.final);
            return message;
        };

        /**
         * Creates a plain object from a WriteChunk message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.WriteChunk
         * @static
         * @param {transport_protocol.WriteChunk} message WriteChunk
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        WriteChunk.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.file_name = "";
                if ($util.Long) {
                    let long = new $util.Long(0, 0, true);
                    object.offset = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.offset = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                if (options.bytes === $String)
                    object.data = "";
                else {
                    object.data = [];
                    if (options.bytes !== $Array)
                        object.data = $util.newBuffer(object.data);
                }
                object.truncate = false;
                object.final = false;
            }
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name"))
                object.file_name = message.file_name;
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.offset = typeof message.offset === "number" ? $BigInt(message.offset) : $util.Long.fromBits(message.offset.low >>> 0, message.offset.high >>> 0, true).toBigInt();
                else if (typeof message.offset === "number")
                    object.offset = options.longs === $String ? $String(message.offset) : message.offset;
                else
                    object.offset = options.longs === $String ? $util.Long.prototype.toString.call(message.offset) : options.longs === $Number ? new $util.LongBits(message.offset.low >>> 0, message.offset.high >>> 0).toNumber(true) : message.offset;
            if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                object.data = options.bytes === $String ? $util.base64.encode(message.data, 0, message.data.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.data) : message.data;
            if (message.truncate != null && $Object.hasOwnProperty.call(message, "truncate"))
                object.truncate = message.truncate;
            if (message.final != null && $Object.hasOwnProperty.call(message, "final"))
                object.final = message.final;
            return object;
        };

        /**
         * Converts this WriteChunk to JSON.
         * @function toJSON
         * @memberof transport_protocol.WriteChunk
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        WriteChunk.prototype.toJSON = function() {
            return WriteChunk.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for WriteChunk
         * @function getTypeUrl
         * @memberof transport_protocol.WriteChunk
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        WriteChunk.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.WriteChunk";
        };

        return WriteChunk;
    })();

    transport_protocol.List = (function() {

        /**
         * Properties of a List.
         * @typedef {Object} transport_protocol.List.$Properties
         * @property {string|null} [path] List path
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a List.
         * @memberof transport_protocol
         * @interface IList
         * @augments transport_protocol.List.$Properties
         * @deprecated Use transport_protocol.List.$Properties instead.
         */

        /**
         * Shape of a List.
         * @typedef {transport_protocol.List.$Properties} transport_protocol.List.$Shape
         */

        /**
         * Constructs a new List.
         * @memberof transport_protocol
         * @classdesc Represents a List.
         * @constructor
         * @param {transport_protocol.List.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const List = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * List path.
         * @member {string} path
         * @memberof transport_protocol.List
         * @instance
         */
        List.prototype.path = "";

        /**
         * Creates a new List instance using the specified properties.
         * @function create
         * @memberof transport_protocol.List
         * @static
         * @param {transport_protocol.List.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.List} List instance
         * @type {{
         *   (properties: transport_protocol.List.$Shape): transport_protocol.List & transport_protocol.List.$Shape;
         *   (properties?: transport_protocol.List.$Properties): transport_protocol.List;
         * }}
         */
        List.create = function(properties) {
            return new List(properties);
        };

        /**
         * Encodes the specified List message. Does not implicitly {@link transport_protocol.List.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.List
         * @static
         * @param {transport_protocol.List.$Properties} message List message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        List.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.path);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a List message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.List
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.List & transport_protocol.List.$Shape} List
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        List.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.List();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.path = value;
                        else
                            delete message.path;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a List message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.List
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.List} List
         */
        List.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.List)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.List: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.List();
            if (object.path != null)
                if (typeof object.path !== "string" || object.path.length)
                    message.path = $String(object.path);
            return message;
        };

        /**
         * Creates a plain object from a List message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.List
         * @static
         * @param {transport_protocol.List} message List
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        List.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.path = "";
            if (message.path != null && $Object.hasOwnProperty.call(message, "path"))
                object.path = message.path;
            return object;
        };

        /**
         * Converts this List to JSON.
         * @function toJSON
         * @memberof transport_protocol.List
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        List.prototype.toJSON = function() {
            return List.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for List
         * @function getTypeUrl
         * @memberof transport_protocol.List
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        List.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.List";
        };

        return List;
    })();

    transport_protocol.Stat = (function() {

        /**
         * Properties of a Stat.
         * @typedef {Object} transport_protocol.Stat.$Properties
         * @property {string|null} [path] Stat path
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Stat.
         * @memberof transport_protocol
         * @interface IStat
         * @augments transport_protocol.Stat.$Properties
         * @deprecated Use transport_protocol.Stat.$Properties instead.
         */

        /**
         * Shape of a Stat.
         * @typedef {transport_protocol.Stat.$Properties} transport_protocol.Stat.$Shape
         */

        /**
         * Constructs a new Stat.
         * @memberof transport_protocol
         * @classdesc Represents a Stat.
         * @constructor
         * @param {transport_protocol.Stat.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Stat = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Stat path.
         * @member {string} path
         * @memberof transport_protocol.Stat
         * @instance
         */
        Stat.prototype.path = "";

        /**
         * Creates a new Stat instance using the specified properties.
         * @function create
         * @memberof transport_protocol.Stat
         * @static
         * @param {transport_protocol.Stat.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.Stat} Stat instance
         * @type {{
         *   (properties: transport_protocol.Stat.$Shape): transport_protocol.Stat & transport_protocol.Stat.$Shape;
         *   (properties?: transport_protocol.Stat.$Properties): transport_protocol.Stat;
         * }}
         */
        Stat.create = function(properties) {
            return new Stat(properties);
        };

        /**
         * Encodes the specified Stat message. Does not implicitly {@link transport_protocol.Stat.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.Stat
         * @static
         * @param {transport_protocol.Stat.$Properties} message Stat message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Stat.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.path);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Stat message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.Stat
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.Stat & transport_protocol.Stat.$Shape} Stat
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Stat.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.Stat();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.path = value;
                        else
                            delete message.path;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a Stat message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.Stat
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.Stat} Stat
         */
        Stat.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.Stat)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.Stat: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.Stat();
            if (object.path != null)
                if (typeof object.path !== "string" || object.path.length)
                    message.path = $String(object.path);
            return message;
        };

        /**
         * Creates a plain object from a Stat message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.Stat
         * @static
         * @param {transport_protocol.Stat} message Stat
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        Stat.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.path = "";
            if (message.path != null && $Object.hasOwnProperty.call(message, "path"))
                object.path = message.path;
            return object;
        };

        /**
         * Converts this Stat to JSON.
         * @function toJSON
         * @memberof transport_protocol.Stat
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        Stat.prototype.toJSON = function() {
            return Stat.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for Stat
         * @function getTypeUrl
         * @memberof transport_protocol.Stat
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Stat.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.Stat";
        };

        return Stat;
    })();

    transport_protocol.Remove = (function() {

        /**
         * Properties of a Remove.
         * @typedef {Object} transport_protocol.Remove.$Properties
         * @property {string|null} [path] Remove path
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Remove.
         * @memberof transport_protocol
         * @interface IRemove
         * @augments transport_protocol.Remove.$Properties
         * @deprecated Use transport_protocol.Remove.$Properties instead.
         */

        /**
         * Shape of a Remove.
         * @typedef {transport_protocol.Remove.$Properties} transport_protocol.Remove.$Shape
         */

        /**
         * Constructs a new Remove.
         * @memberof transport_protocol
         * @classdesc Represents a Remove.
         * @constructor
         * @param {transport_protocol.Remove.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Remove = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Remove path.
         * @member {string} path
         * @memberof transport_protocol.Remove
         * @instance
         */
        Remove.prototype.path = "";

        /**
         * Creates a new Remove instance using the specified properties.
         * @function create
         * @memberof transport_protocol.Remove
         * @static
         * @param {transport_protocol.Remove.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.Remove} Remove instance
         * @type {{
         *   (properties: transport_protocol.Remove.$Shape): transport_protocol.Remove & transport_protocol.Remove.$Shape;
         *   (properties?: transport_protocol.Remove.$Properties): transport_protocol.Remove;
         * }}
         */
        Remove.create = function(properties) {
            return new Remove(properties);
        };

        /**
         * Encodes the specified Remove message. Does not implicitly {@link transport_protocol.Remove.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.Remove
         * @static
         * @param {transport_protocol.Remove.$Properties} message Remove message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Remove.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.path);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Remove message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.Remove
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.Remove & transport_protocol.Remove.$Shape} Remove
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Remove.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.Remove();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.path = value;
                        else
                            delete message.path;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a Remove message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.Remove
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.Remove} Remove
         */
        Remove.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.Remove)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.Remove: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.Remove();
            if (object.path != null)
                if (typeof object.path !== "string" || object.path.length)
                    message.path = $String(object.path);
            return message;
        };

        /**
         * Creates a plain object from a Remove message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.Remove
         * @static
         * @param {transport_protocol.Remove} message Remove
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        Remove.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.path = "";
            if (message.path != null && $Object.hasOwnProperty.call(message, "path"))
                object.path = message.path;
            return object;
        };

        /**
         * Converts this Remove to JSON.
         * @function toJSON
         * @memberof transport_protocol.Remove
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        Remove.prototype.toJSON = function() {
            return Remove.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for Remove
         * @function getTypeUrl
         * @memberof transport_protocol.Remove
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Remove.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.Remove";
        };

        return Remove;
    })();

    transport_protocol.Subscribe = (function() {

        /**
         * Properties of a Subscribe.
         * @typedef {Object} transport_protocol.Subscribe.$Properties
         * @property {string|null} [file_name] Subscribe file_name
         * @property {number|Long|null} [offset] Subscribe offset
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Subscribe.
         * @memberof transport_protocol
         * @interface ISubscribe
         * @augments transport_protocol.Subscribe.$Properties
         * @deprecated Use transport_protocol.Subscribe.$Properties instead.
         */

        /**
         * Shape of a Subscribe.
         * @typedef {transport_protocol.Subscribe.$Properties} transport_protocol.Subscribe.$Shape
         */

        /**
         * Constructs a new Subscribe.
         * @memberof transport_protocol
         * @classdesc Represents a Subscribe.
         * @constructor
         * @param {transport_protocol.Subscribe.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Subscribe = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Subscribe file_name.
         * @member {string} file_name
         * @memberof transport_protocol.Subscribe
         * @instance
         */
        Subscribe.prototype.file_name = "";

        /**
         * Subscribe offset.
         * @member {number|Long} offset
         * @memberof transport_protocol.Subscribe
         * @instance
         */
        Subscribe.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Creates a new Subscribe instance using the specified properties.
         * @function create
         * @memberof transport_protocol.Subscribe
         * @static
         * @param {transport_protocol.Subscribe.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.Subscribe} Subscribe instance
         * @type {{
         *   (properties: transport_protocol.Subscribe.$Shape): transport_protocol.Subscribe & transport_protocol.Subscribe.$Shape;
         *   (properties?: transport_protocol.Subscribe.$Properties): transport_protocol.Subscribe;
         * }}
         */
        Subscribe.create = function(properties) {
            return new Subscribe(properties);
        };

        /**
         * Encodes the specified Subscribe message. Does not implicitly {@link transport_protocol.Subscribe.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.Subscribe
         * @static
         * @param {transport_protocol.Subscribe.$Properties} message Subscribe message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Subscribe.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name") && message.file_name !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.file_name);
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.offset);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Subscribe message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.Subscribe
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.Subscribe & transport_protocol.Subscribe.$Shape} Subscribe
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Subscribe.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.Subscribe();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.file_name = value;
                        else
                            delete message.file_name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.offset = value;
                        else
                            delete message.offset;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a Subscribe message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.Subscribe
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.Subscribe} Subscribe
         */
        Subscribe.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.Subscribe)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.Subscribe: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.Subscribe();
            if (object.file_name != null)
                if (typeof object.file_name !== "string" || object.file_name.length)
                    message.file_name = $String(object.file_name);
            if (object.offset != null)
                if (typeof object.offset === "object" ? object.offset.low || object.offset.high : $Number(object.offset) !== 0)
                    if ($util.Long)
                        message.offset = $util.Long.fromValue(object.offset, true);
                    else if (typeof object.offset === "string")
                        message.offset = $parseInt(object.offset, 10);
                    else if (typeof object.offset === "number")
                        message.offset = object.offset;
                    else if (typeof object.offset === "object")
                        message.offset = new $util.LongBits(object.offset.low >>> 0, object.offset.high >>> 0).toNumber(true);
            return message;
        };

        /**
         * Creates a plain object from a Subscribe message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.Subscribe
         * @static
         * @param {transport_protocol.Subscribe} message Subscribe
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        Subscribe.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.file_name = "";
                if ($util.Long) {
                    let long = new $util.Long(0, 0, true);
                    object.offset = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.offset = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
            }
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name"))
                object.file_name = message.file_name;
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.offset = typeof message.offset === "number" ? $BigInt(message.offset) : $util.Long.fromBits(message.offset.low >>> 0, message.offset.high >>> 0, true).toBigInt();
                else if (typeof message.offset === "number")
                    object.offset = options.longs === $String ? $String(message.offset) : message.offset;
                else
                    object.offset = options.longs === $String ? $util.Long.prototype.toString.call(message.offset) : options.longs === $Number ? new $util.LongBits(message.offset.low >>> 0, message.offset.high >>> 0).toNumber(true) : message.offset;
            return object;
        };

        /**
         * Converts this Subscribe to JSON.
         * @function toJSON
         * @memberof transport_protocol.Subscribe
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        Subscribe.prototype.toJSON = function() {
            return Subscribe.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for Subscribe
         * @function getTypeUrl
         * @memberof transport_protocol.Subscribe
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Subscribe.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.Subscribe";
        };

        return Subscribe;
    })();

    transport_protocol.EndLive = (function() {

        /**
         * Properties of an EndLive.
         * @typedef {Object} transport_protocol.EndLive.$Properties
         * @property {string|null} [file_name] EndLive file_name
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an EndLive.
         * @memberof transport_protocol
         * @interface IEndLive
         * @augments transport_protocol.EndLive.$Properties
         * @deprecated Use transport_protocol.EndLive.$Properties instead.
         */

        /**
         * Shape of an EndLive.
         * @typedef {transport_protocol.EndLive.$Properties} transport_protocol.EndLive.$Shape
         */

        /**
         * Constructs a new EndLive.
         * @memberof transport_protocol
         * @classdesc Represents an EndLive.
         * @constructor
         * @param {transport_protocol.EndLive.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const EndLive = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * EndLive file_name.
         * @member {string} file_name
         * @memberof transport_protocol.EndLive
         * @instance
         */
        EndLive.prototype.file_name = "";

        /**
         * Creates a new EndLive instance using the specified properties.
         * @function create
         * @memberof transport_protocol.EndLive
         * @static
         * @param {transport_protocol.EndLive.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.EndLive} EndLive instance
         * @type {{
         *   (properties: transport_protocol.EndLive.$Shape): transport_protocol.EndLive & transport_protocol.EndLive.$Shape;
         *   (properties?: transport_protocol.EndLive.$Properties): transport_protocol.EndLive;
         * }}
         */
        EndLive.create = function(properties) {
            return new EndLive(properties);
        };

        /**
         * Encodes the specified EndLive message. Does not implicitly {@link transport_protocol.EndLive.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.EndLive
         * @static
         * @param {transport_protocol.EndLive.$Properties} message EndLive message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        EndLive.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name") && message.file_name !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.file_name);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an EndLive message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.EndLive
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.EndLive & transport_protocol.EndLive.$Shape} EndLive
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        EndLive.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.EndLive();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.file_name = value;
                        else
                            delete message.file_name;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates an EndLive message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.EndLive
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.EndLive} EndLive
         */
        EndLive.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.EndLive)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.EndLive: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.EndLive();
            if (object.file_name != null)
                if (typeof object.file_name !== "string" || object.file_name.length)
                    message.file_name = $String(object.file_name);
            return message;
        };

        /**
         * Creates a plain object from an EndLive message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.EndLive
         * @static
         * @param {transport_protocol.EndLive} message EndLive
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        EndLive.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.file_name = "";
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name"))
                object.file_name = message.file_name;
            return object;
        };

        /**
         * Converts this EndLive to JSON.
         * @function toJSON
         * @memberof transport_protocol.EndLive
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        EndLive.prototype.toJSON = function() {
            return EndLive.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for EndLive
         * @function getTypeUrl
         * @memberof transport_protocol.EndLive
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        EndLive.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.EndLive";
        };

        return EndLive;
    })();

    transport_protocol.Cancel = (function() {

        /**
         * Properties of a Cancel.
         * @typedef {Object} transport_protocol.Cancel.$Properties
         * @property {number|null} [context] Cancel context
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Cancel.
         * @memberof transport_protocol
         * @interface ICancel
         * @augments transport_protocol.Cancel.$Properties
         * @deprecated Use transport_protocol.Cancel.$Properties instead.
         */

        /**
         * Shape of a Cancel.
         * @typedef {transport_protocol.Cancel.$Properties} transport_protocol.Cancel.$Shape
         */

        /**
         * Constructs a new Cancel.
         * @memberof transport_protocol
         * @classdesc Represents a Cancel.
         * @constructor
         * @param {transport_protocol.Cancel.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Cancel = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Cancel context.
         * @member {number} context
         * @memberof transport_protocol.Cancel
         * @instance
         */
        Cancel.prototype.context = 0;

        /**
         * Creates a new Cancel instance using the specified properties.
         * @function create
         * @memberof transport_protocol.Cancel
         * @static
         * @param {transport_protocol.Cancel.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.Cancel} Cancel instance
         * @type {{
         *   (properties: transport_protocol.Cancel.$Shape): transport_protocol.Cancel & transport_protocol.Cancel.$Shape;
         *   (properties?: transport_protocol.Cancel.$Properties): transport_protocol.Cancel;
         * }}
         */
        Cancel.create = function(properties) {
            return new Cancel(properties);
        };

        /**
         * Encodes the specified Cancel message. Does not implicitly {@link transport_protocol.Cancel.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.Cancel
         * @static
         * @param {transport_protocol.Cancel.$Properties} message Cancel message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Cancel.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.context != null && $Object.hasOwnProperty.call(message, "context") && message.context !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.context);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Cancel message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.Cancel
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.Cancel & transport_protocol.Cancel.$Shape} Cancel
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Cancel.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.Cancel();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.context = value;
                        else
                            delete message.context;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a Cancel message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.Cancel
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.Cancel} Cancel
         */
        Cancel.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.Cancel)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.Cancel: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.Cancel();
            if (object.context != null)
                if ($Number(object.context) !== 0)
                    message.context = object.context >>> 0;
            return message;
        };

        /**
         * Creates a plain object from a Cancel message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.Cancel
         * @static
         * @param {transport_protocol.Cancel} message Cancel
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        Cancel.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.context = 0;
            if (message.context != null && $Object.hasOwnProperty.call(message, "context"))
                object.context = message.context;
            return object;
        };

        /**
         * Converts this Cancel to JSON.
         * @function toJSON
         * @memberof transport_protocol.Cancel
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        Cancel.prototype.toJSON = function() {
            return Cancel.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for Cancel
         * @function getTypeUrl
         * @memberof transport_protocol.Cancel
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Cancel.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.Cancel";
        };

        return Cancel;
    })();

    transport_protocol.RequestReceipt = (function() {

        /**
         * Properties of a RequestReceipt.
         * @typedef {Object} transport_protocol.RequestReceipt.$Properties
         * @property {number|null} [context] RequestReceipt context
         * @property {string|null} [file_name] RequestReceipt file_name
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a RequestReceipt.
         * @memberof transport_protocol
         * @interface IRequestReceipt
         * @augments transport_protocol.RequestReceipt.$Properties
         * @deprecated Use transport_protocol.RequestReceipt.$Properties instead.
         */

        /**
         * Shape of a RequestReceipt.
         * @typedef {transport_protocol.RequestReceipt.$Properties} transport_protocol.RequestReceipt.$Shape
         */

        /**
         * Constructs a new RequestReceipt.
         * @memberof transport_protocol
         * @classdesc Represents a RequestReceipt.
         * @constructor
         * @param {transport_protocol.RequestReceipt.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const RequestReceipt = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * RequestReceipt context.
         * @member {number} context
         * @memberof transport_protocol.RequestReceipt
         * @instance
         */
        RequestReceipt.prototype.context = 0;

        /**
         * RequestReceipt file_name.
         * @member {string} file_name
         * @memberof transport_protocol.RequestReceipt
         * @instance
         */
        RequestReceipt.prototype.file_name = "";

        /**
         * Creates a new RequestReceipt instance using the specified properties.
         * @function create
         * @memberof transport_protocol.RequestReceipt
         * @static
         * @param {transport_protocol.RequestReceipt.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.RequestReceipt} RequestReceipt instance
         * @type {{
         *   (properties: transport_protocol.RequestReceipt.$Shape): transport_protocol.RequestReceipt & transport_protocol.RequestReceipt.$Shape;
         *   (properties?: transport_protocol.RequestReceipt.$Properties): transport_protocol.RequestReceipt;
         * }}
         */
        RequestReceipt.create = function(properties) {
            return new RequestReceipt(properties);
        };

        /**
         * Encodes the specified RequestReceipt message. Does not implicitly {@link transport_protocol.RequestReceipt.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.RequestReceipt
         * @static
         * @param {transport_protocol.RequestReceipt.$Properties} message RequestReceipt message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        RequestReceipt.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.context != null && $Object.hasOwnProperty.call(message, "context") && message.context !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.context);
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name") && message.file_name !== "")
                writer.uint32(/* id 2, wireType 2 =*/18).string(message.file_name);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a RequestReceipt message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.RequestReceipt
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.RequestReceipt & transport_protocol.RequestReceipt.$Shape} RequestReceipt
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        RequestReceipt.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.RequestReceipt();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.context = value;
                        else
                            delete message.context;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.file_name = value;
                        else
                            delete message.file_name;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a RequestReceipt message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.RequestReceipt
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.RequestReceipt} RequestReceipt
         */
        RequestReceipt.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.RequestReceipt)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.RequestReceipt: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.RequestReceipt();
            if (object.context != null)
                if ($Number(object.context) !== 0)
                    message.context = object.context >>> 0;
            if (object.file_name != null)
                if (typeof object.file_name !== "string" || object.file_name.length)
                    message.file_name = $String(object.file_name);
            return message;
        };

        /**
         * Creates a plain object from a RequestReceipt message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.RequestReceipt
         * @static
         * @param {transport_protocol.RequestReceipt} message RequestReceipt
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        RequestReceipt.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.context = 0;
                object.file_name = "";
            }
            if (message.context != null && $Object.hasOwnProperty.call(message, "context"))
                object.context = message.context;
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name"))
                object.file_name = message.file_name;
            return object;
        };

        /**
         * Converts this RequestReceipt to JSON.
         * @function toJSON
         * @memberof transport_protocol.RequestReceipt
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        RequestReceipt.prototype.toJSON = function() {
            return RequestReceipt.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for RequestReceipt
         * @function getTypeUrl
         * @memberof transport_protocol.RequestReceipt
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        RequestReceipt.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.RequestReceipt";
        };

        return RequestReceipt;
    })();

    transport_protocol.Attestation = (function() {

        /**
         * Properties of an Attestation.
         * @typedef {Object} transport_protocol.Attestation.$Properties
         * @property {Uint8Array|null} [document] Attestation document
         * @property {Uint8Array|null} [instance_id] Attestation instance_id
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an Attestation.
         * @memberof transport_protocol
         * @interface IAttestation
         * @augments transport_protocol.Attestation.$Properties
         * @deprecated Use transport_protocol.Attestation.$Properties instead.
         */

        /**
         * Shape of an Attestation.
         * @typedef {transport_protocol.Attestation.$Properties} transport_protocol.Attestation.$Shape
         */

        /**
         * Constructs a new Attestation.
         * @memberof transport_protocol
         * @classdesc Represents an Attestation.
         * @constructor
         * @param {transport_protocol.Attestation.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Attestation = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Attestation document.
         * @member {Uint8Array} document
         * @memberof transport_protocol.Attestation
         * @instance
         */
        Attestation.prototype.document = $util.newBuffer([]);

        /**
         * Attestation instance_id.
         * @member {Uint8Array} instance_id
         * @memberof transport_protocol.Attestation
         * @instance
         */
        Attestation.prototype.instance_id = $util.newBuffer([]);

        /**
         * Creates a new Attestation instance using the specified properties.
         * @function create
         * @memberof transport_protocol.Attestation
         * @static
         * @param {transport_protocol.Attestation.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.Attestation} Attestation instance
         * @type {{
         *   (properties: transport_protocol.Attestation.$Shape): transport_protocol.Attestation & transport_protocol.Attestation.$Shape;
         *   (properties?: transport_protocol.Attestation.$Properties): transport_protocol.Attestation;
         * }}
         */
        Attestation.create = function(properties) {
            return new Attestation(properties);
        };

        /**
         * Encodes the specified Attestation message. Does not implicitly {@link transport_protocol.Attestation.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.Attestation
         * @static
         * @param {transport_protocol.Attestation.$Properties} message Attestation message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Attestation.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.document != null && $Object.hasOwnProperty.call(message, "document") && message.document.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.document);
            if (message.instance_id != null && $Object.hasOwnProperty.call(message, "instance_id") && message.instance_id.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.instance_id);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an Attestation message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.Attestation
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.Attestation & transport_protocol.Attestation.$Shape} Attestation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Attestation.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.Attestation();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.document = value;
                        else
                            delete message.document;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.instance_id = value;
                        else
                            delete message.instance_id;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates an Attestation message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.Attestation
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.Attestation} Attestation
         */
        Attestation.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.Attestation)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.Attestation: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.Attestation();
            if (object.document != null)
                if (object.document.length)
                    if (typeof object.document === "string")
                        $util.base64.decode(object.document, message.document = $util.newBuffer($util.base64.length(object.document)), 0);
                    else if (object.document.length >= 0)
                        message.document = object.document;
            if (object.instance_id != null)
                if (object.instance_id.length)
                    if (typeof object.instance_id === "string")
                        $util.base64.decode(object.instance_id, message.instance_id = $util.newBuffer($util.base64.length(object.instance_id)), 0);
                    else if (object.instance_id.length >= 0)
                        message.instance_id = object.instance_id;
            return message;
        };

        /**
         * Creates a plain object from an Attestation message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.Attestation
         * @static
         * @param {transport_protocol.Attestation} message Attestation
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        Attestation.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                if (options.bytes === $String)
                    object.document = "";
                else {
                    object.document = [];
                    if (options.bytes !== $Array)
                        object.document = $util.newBuffer(object.document);
                }
                if (options.bytes === $String)
                    object.instance_id = "";
                else {
                    object.instance_id = [];
                    if (options.bytes !== $Array)
                        object.instance_id = $util.newBuffer(object.instance_id);
                }
            }
            if (message.document != null && $Object.hasOwnProperty.call(message, "document"))
                object.document = options.bytes === $String ? $util.base64.encode(message.document, 0, message.document.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.document) : message.document;
            if (message.instance_id != null && $Object.hasOwnProperty.call(message, "instance_id"))
                object.instance_id = options.bytes === $String ? $util.base64.encode(message.instance_id, 0, message.instance_id.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.instance_id) : message.instance_id;
            return object;
        };

        /**
         * Converts this Attestation to JSON.
         * @function toJSON
         * @memberof transport_protocol.Attestation
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        Attestation.prototype.toJSON = function() {
            return Attestation.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for Attestation
         * @function getTypeUrl
         * @memberof transport_protocol.Attestation
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Attestation.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.Attestation";
        };

        return Attestation;
    })();

    transport_protocol.Range = (function() {

        /**
         * Properties of a Range.
         * @typedef {Object} transport_protocol.Range.$Properties
         * @property {Uint8Array|null} [data] Range data
         * @property {boolean|null} [eof] Range eof
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Range.
         * @memberof transport_protocol
         * @interface IRange
         * @augments transport_protocol.Range.$Properties
         * @deprecated Use transport_protocol.Range.$Properties instead.
         */

        /**
         * Shape of a Range.
         * @typedef {transport_protocol.Range.$Properties} transport_protocol.Range.$Shape
         */

        /**
         * Constructs a new Range.
         * @memberof transport_protocol
         * @classdesc Represents a Range.
         * @constructor
         * @param {transport_protocol.Range.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Range = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Range data.
         * @member {Uint8Array} data
         * @memberof transport_protocol.Range
         * @instance
         */
        Range.prototype.data = $util.newBuffer([]);

        /**
         * Range eof.
         * @member {boolean} eof
         * @memberof transport_protocol.Range
         * @instance
         */
        Range.prototype.eof = false;

        /**
         * Creates a new Range instance using the specified properties.
         * @function create
         * @memberof transport_protocol.Range
         * @static
         * @param {transport_protocol.Range.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.Range} Range instance
         * @type {{
         *   (properties: transport_protocol.Range.$Shape): transport_protocol.Range & transport_protocol.Range.$Shape;
         *   (properties?: transport_protocol.Range.$Properties): transport_protocol.Range;
         * }}
         */
        Range.create = function(properties) {
            return new Range(properties);
        };

        /**
         * Encodes the specified Range message. Does not implicitly {@link transport_protocol.Range.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.Range
         * @static
         * @param {transport_protocol.Range.$Properties} message Range message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Range.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.data);
            if (message.eof != null && $Object.hasOwnProperty.call(message, "eof") && message.eof !== false)
                writer.uint32(/* id 2, wireType 0 =*/16).bool(message.eof);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Range message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.Range
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.Range & transport_protocol.Range.$Shape} Range
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Range.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.Range();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.eof = value;
                        else
                            delete message.eof;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a Range message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.Range
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.Range} Range
         */
        Range.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.Range)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.Range: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.Range();
            if (object.data != null)
                if (object.data.length)
                    if (typeof object.data === "string")
                        $util.base64.decode(object.data, message.data = $util.newBuffer($util.base64.length(object.data)), 0);
                    else if (object.data.length >= 0)
                        message.data = object.data;
            if (object.eof != null)
                if (object.eof)
                    message.eof = $Boolean(object.eof);
            return message;
        };

        /**
         * Creates a plain object from a Range message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.Range
         * @static
         * @param {transport_protocol.Range} message Range
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        Range.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                if (options.bytes === $String)
                    object.data = "";
                else {
                    object.data = [];
                    if (options.bytes !== $Array)
                        object.data = $util.newBuffer(object.data);
                }
                object.eof = false;
            }
            if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                object.data = options.bytes === $String ? $util.base64.encode(message.data, 0, message.data.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.data) : message.data;
            if (message.eof != null && $Object.hasOwnProperty.call(message, "eof"))
                object.eof = message.eof;
            return object;
        };

        /**
         * Converts this Range to JSON.
         * @function toJSON
         * @memberof transport_protocol.Range
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        Range.prototype.toJSON = function() {
            return Range.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for Range
         * @function getTypeUrl
         * @memberof transport_protocol.Range
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Range.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.Range";
        };

        return Range;
    })();

    transport_protocol.ListingEntry = (function() {

        /**
         * Properties of a ListingEntry.
         * @typedef {Object} transport_protocol.ListingEntry.$Properties
         * @property {string|null} [name] ListingEntry name
         * @property {number|null} [type] ListingEntry type
         * @property {number|Long|null} [size] ListingEntry size
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a ListingEntry.
         * @memberof transport_protocol
         * @interface IListingEntry
         * @augments transport_protocol.ListingEntry.$Properties
         * @deprecated Use transport_protocol.ListingEntry.$Properties instead.
         */

        /**
         * Shape of a ListingEntry.
         * @typedef {transport_protocol.ListingEntry.$Properties} transport_protocol.ListingEntry.$Shape
         */

        /**
         * Constructs a new ListingEntry.
         * @memberof transport_protocol
         * @classdesc Represents a ListingEntry.
         * @constructor
         * @param {transport_protocol.ListingEntry.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const ListingEntry = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * ListingEntry name.
         * @member {string} name
         * @memberof transport_protocol.ListingEntry
         * @instance
         */
        ListingEntry.prototype.name = "";

        /**
         * ListingEntry type.
         * @member {number} type
         * @memberof transport_protocol.ListingEntry
         * @instance
         */
        ListingEntry.prototype.type = 0;

        /**
         * ListingEntry size.
         * @member {number|Long} size
         * @memberof transport_protocol.ListingEntry
         * @instance
         */
        ListingEntry.prototype.size = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Creates a new ListingEntry instance using the specified properties.
         * @function create
         * @memberof transport_protocol.ListingEntry
         * @static
         * @param {transport_protocol.ListingEntry.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.ListingEntry} ListingEntry instance
         * @type {{
         *   (properties: transport_protocol.ListingEntry.$Shape): transport_protocol.ListingEntry & transport_protocol.ListingEntry.$Shape;
         *   (properties?: transport_protocol.ListingEntry.$Properties): transport_protocol.ListingEntry;
         * }}
         */
        ListingEntry.create = function(properties) {
            return new ListingEntry(properties);
        };

        /**
         * Encodes the specified ListingEntry message. Does not implicitly {@link transport_protocol.ListingEntry.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.ListingEntry
         * @static
         * @param {transport_protocol.ListingEntry.$Properties} message ListingEntry message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ListingEntry.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.name);
            if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.type);
            if (message.size != null && $Object.hasOwnProperty.call(message, "size") && (typeof message.size === "object" ? message.size.low || message.size.high : message.size !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.size);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a ListingEntry message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.ListingEntry
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.ListingEntry & transport_protocol.ListingEntry.$Shape} ListingEntry
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ListingEntry.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.ListingEntry();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.type = value;
                        else
                            delete message.type;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.size = value;
                        else
                            delete message.size;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a ListingEntry message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.ListingEntry
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.ListingEntry} ListingEntry
         */
        ListingEntry.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.ListingEntry)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.ListingEntry: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.ListingEntry();
            if (object.name != null)
                if (typeof object.name !== "string" || object.name.length)
                    message.name = $String(object.name);
            if (object.type != null)
                if ($Number(object.type) !== 0)
                    message.type = object.type >>> 0;
            if (object.size != null)
                if (typeof object.size === "object" ? object.size.low || object.size.high : $Number(object.size) !== 0)
                    if ($util.Long)
                        message.size = $util.Long.fromValue(object.size, true);
                    else if (typeof object.size === "string")
                        message.size = $parseInt(object.size, 10);
                    else if (typeof object.size === "number")
                        message.size = object.size;
                    else if (typeof object.size === "object")
                        message.size = new $util.LongBits(object.size.low >>> 0, object.size.high >>> 0).toNumber(true);
            return message;
        };

        /**
         * Creates a plain object from a ListingEntry message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.ListingEntry
         * @static
         * @param {transport_protocol.ListingEntry} message ListingEntry
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        ListingEntry.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.name = "";
                object.type = 0;
                if ($util.Long) {
                    let long = new $util.Long(0, 0, true);
                    object.size = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.size = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
            }
            if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                object.name = message.name;
            if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
                object.type = message.type;
            if (message.size != null && $Object.hasOwnProperty.call(message, "size"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.size = typeof message.size === "number" ? $BigInt(message.size) : $util.Long.fromBits(message.size.low >>> 0, message.size.high >>> 0, true).toBigInt();
                else if (typeof message.size === "number")
                    object.size = options.longs === $String ? $String(message.size) : message.size;
                else
                    object.size = options.longs === $String ? $util.Long.prototype.toString.call(message.size) : options.longs === $Number ? new $util.LongBits(message.size.low >>> 0, message.size.high >>> 0).toNumber(true) : message.size;
            return object;
        };

        /**
         * Converts this ListingEntry to JSON.
         * @function toJSON
         * @memberof transport_protocol.ListingEntry
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        ListingEntry.prototype.toJSON = function() {
            return ListingEntry.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for ListingEntry
         * @function getTypeUrl
         * @memberof transport_protocol.ListingEntry
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        ListingEntry.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.ListingEntry";
        };

        return ListingEntry;
    })();

    transport_protocol.Listing = (function() {

        /**
         * Properties of a Listing.
         * @typedef {Object} transport_protocol.Listing.$Properties
         * @property {Array.<transport_protocol.ListingEntry.$Properties>|null} [entries] Listing entries
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Listing.
         * @memberof transport_protocol
         * @interface IListing
         * @augments transport_protocol.Listing.$Properties
         * @deprecated Use transport_protocol.Listing.$Properties instead.
         */

        /**
         * Shape of a Listing.
         * @typedef {transport_protocol.Listing.$Properties} transport_protocol.Listing.$Shape
         */

        /**
         * Constructs a new Listing.
         * @memberof transport_protocol
         * @classdesc Represents a Listing.
         * @constructor
         * @param {transport_protocol.Listing.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Listing = function (properties) {
            this.entries = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Listing entries.
         * @member {Array.<transport_protocol.ListingEntry.$Properties>} entries
         * @memberof transport_protocol.Listing
         * @instance
         */
        Listing.prototype.entries = $util.emptyArray;

        /**
         * Creates a new Listing instance using the specified properties.
         * @function create
         * @memberof transport_protocol.Listing
         * @static
         * @param {transport_protocol.Listing.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.Listing} Listing instance
         * @type {{
         *   (properties: transport_protocol.Listing.$Shape): transport_protocol.Listing & transport_protocol.Listing.$Shape;
         *   (properties?: transport_protocol.Listing.$Properties): transport_protocol.Listing;
         * }}
         */
        Listing.create = function(properties) {
            return new Listing(properties);
        };

        /**
         * Encodes the specified Listing message. Does not implicitly {@link transport_protocol.Listing.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.Listing
         * @static
         * @param {transport_protocol.Listing.$Properties} message Listing message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Listing.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.entries != null && message.entries.length)
                for (let i = 0; i < message.entries.length; ++i)
                    $root.transport_protocol.ListingEntry.encode(message.entries[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Listing message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.Listing
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.Listing & transport_protocol.Listing.$Shape} Listing
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Listing.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.Listing();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.entries && message.entries.length))
                            message.entries = [];
                        message.entries.push($root.transport_protocol.ListingEntry.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a Listing message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.Listing
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.Listing} Listing
         */
        Listing.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.Listing)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.Listing: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.Listing();
            if (object.entries) {
                if (!$Array.isArray(object.entries))
                    throw $TypeError(".transport_protocol.Listing.entries: array expected");
                message.entries = $Array(object.entries.length);
                for (let i = 0; i < object.entries.length; ++i) {
                    if (!$util.isObject(object.entries[i]))
                        throw $TypeError(".transport_protocol.Listing.entries: object expected");
                    message.entries[i] = $root.transport_protocol.ListingEntry.fromObject(object.entries[i], _depth + 1);
                }
            }
            return message;
        };

        /**
         * Creates a plain object from a Listing message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.Listing
         * @static
         * @param {transport_protocol.Listing} message Listing
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        Listing.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults)
                object.entries = [];
            if (message.entries && message.entries.length) {
                object.entries = $Array(message.entries.length);
                for (let j = 0; j < message.entries.length; ++j)
                    object.entries[j] = $root.transport_protocol.ListingEntry.toObject(message.entries[j], options, _depth + 1);
            }
            return object;
        };

        /**
         * Converts this Listing to JSON.
         * @function toJSON
         * @memberof transport_protocol.Listing
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        Listing.prototype.toJSON = function() {
            return Listing.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for Listing
         * @function getTypeUrl
         * @memberof transport_protocol.Listing
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Listing.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.Listing";
        };

        return Listing;
    })();

    transport_protocol.FileStat = (function() {

        /**
         * Properties of a FileStat.
         * @typedef {Object} transport_protocol.FileStat.$Properties
         * @property {number|null} [type] FileStat type
         * @property {number|Long|null} [size] FileStat size
         * @property {number|null} [rights] FileStat rights
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a FileStat.
         * @memberof transport_protocol
         * @interface IFileStat
         * @augments transport_protocol.FileStat.$Properties
         * @deprecated Use transport_protocol.FileStat.$Properties instead.
         */

        /**
         * Shape of a FileStat.
         * @typedef {transport_protocol.FileStat.$Properties} transport_protocol.FileStat.$Shape
         */

        /**
         * Constructs a new FileStat.
         * @memberof transport_protocol
         * @classdesc Represents a FileStat.
         * @constructor
         * @param {transport_protocol.FileStat.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const FileStat = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * FileStat type.
         * @member {number} type
         * @memberof transport_protocol.FileStat
         * @instance
         */
        FileStat.prototype.type = 0;

        /**
         * FileStat size.
         * @member {number|Long} size
         * @memberof transport_protocol.FileStat
         * @instance
         */
        FileStat.prototype.size = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * FileStat rights.
         * @member {number} rights
         * @memberof transport_protocol.FileStat
         * @instance
         */
        FileStat.prototype.rights = 0;

        /**
         * Creates a new FileStat instance using the specified properties.
         * @function create
         * @memberof transport_protocol.FileStat
         * @static
         * @param {transport_protocol.FileStat.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.FileStat} FileStat instance
         * @type {{
         *   (properties: transport_protocol.FileStat.$Shape): transport_protocol.FileStat & transport_protocol.FileStat.$Shape;
         *   (properties?: transport_protocol.FileStat.$Properties): transport_protocol.FileStat;
         * }}
         */
        FileStat.create = function(properties) {
            return new FileStat(properties);
        };

        /**
         * Encodes the specified FileStat message. Does not implicitly {@link transport_protocol.FileStat.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.FileStat
         * @static
         * @param {transport_protocol.FileStat.$Properties} message FileStat message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        FileStat.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.type);
            if (message.size != null && $Object.hasOwnProperty.call(message, "size") && (typeof message.size === "object" ? message.size.low || message.size.high : message.size !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.size);
            if (message.rights != null && $Object.hasOwnProperty.call(message, "rights") && message.rights !== 0)
                writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.rights);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a FileStat message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.FileStat
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.FileStat & transport_protocol.FileStat.$Shape} FileStat
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        FileStat.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.FileStat();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.type = value;
                        else
                            delete message.type;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.size = value;
                        else
                            delete message.size;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.rights = value;
                        else
                            delete message.rights;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a FileStat message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.FileStat
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.FileStat} FileStat
         */
        FileStat.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.FileStat)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.FileStat: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.FileStat();
            if (object.type != null)
                if ($Number(object.type) !== 0)
                    message.type = object.type >>> 0;
            if (object.size != null)
                if (typeof object.size === "object" ? object.size.low || object.size.high : $Number(object.size) !== 0)
                    if ($util.Long)
                        message.size = $util.Long.fromValue(object.size, true);
                    else if (typeof object.size === "string")
                        message.size = $parseInt(object.size, 10);
                    else if (typeof object.size === "number")
                        message.size = object.size;
                    else if (typeof object.size === "object")
                        message.size = new $util.LongBits(object.size.low >>> 0, object.size.high >>> 0).toNumber(true);
            if (object.rights != null)
                if ($Number(object.rights) !== 0)
                    message.rights = object.rights >>> 0;
            return message;
        };

        /**
         * Creates a plain object from a FileStat message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.FileStat
         * @static
         * @param {transport_protocol.FileStat} message FileStat
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        FileStat.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.type = 0;
                if ($util.Long) {
                    let long = new $util.Long(0, 0, true);
                    object.size = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.size = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                object.rights = 0;
            }
            if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
                object.type = message.type;
            if (message.size != null && $Object.hasOwnProperty.call(message, "size"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.size = typeof message.size === "number" ? $BigInt(message.size) : $util.Long.fromBits(message.size.low >>> 0, message.size.high >>> 0, true).toBigInt();
                else if (typeof message.size === "number")
                    object.size = options.longs === $String ? $String(message.size) : message.size;
                else
                    object.size = options.longs === $String ? $util.Long.prototype.toString.call(message.size) : options.longs === $Number ? new $util.LongBits(message.size.low >>> 0, message.size.high >>> 0).toNumber(true) : message.size;
            if (message.rights != null && $Object.hasOwnProperty.call(message, "rights"))
                object.rights = message.rights;
            return object;
        };

        /**
         * Converts this FileStat to JSON.
         * @function toJSON
         * @memberof transport_protocol.FileStat
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        FileStat.prototype.toJSON = function() {
            return FileStat.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for FileStat
         * @function getTypeUrl
         * @memberof transport_protocol.FileStat
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        FileStat.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.FileStat";
        };

        return FileStat;
    })();

    transport_protocol.Live = (function() {

        /**
         * Properties of a Live.
         * @typedef {Object} transport_protocol.Live.$Properties
         * @property {string|null} [file_name] Live file_name
         * @property {number|Long|null} [offset] Live offset
         * @property {Uint8Array|null} [data] Live data
         * @property {boolean|null} [ended] Live ended
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Live.
         * @memberof transport_protocol
         * @interface ILive
         * @augments transport_protocol.Live.$Properties
         * @deprecated Use transport_protocol.Live.$Properties instead.
         */

        /**
         * Shape of a Live.
         * @typedef {transport_protocol.Live.$Properties} transport_protocol.Live.$Shape
         */

        /**
         * Constructs a new Live.
         * @memberof transport_protocol
         * @classdesc Represents a Live.
         * @constructor
         * @param {transport_protocol.Live.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Live = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Live file_name.
         * @member {string} file_name
         * @memberof transport_protocol.Live
         * @instance
         */
        Live.prototype.file_name = "";

        /**
         * Live offset.
         * @member {number|Long} offset
         * @memberof transport_protocol.Live
         * @instance
         */
        Live.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Live data.
         * @member {Uint8Array} data
         * @memberof transport_protocol.Live
         * @instance
         */
        Live.prototype.data = $util.newBuffer([]);

        /**
         * Live ended.
         * @member {boolean} ended
         * @memberof transport_protocol.Live
         * @instance
         */
        Live.prototype.ended = false;

        /**
         * Creates a new Live instance using the specified properties.
         * @function create
         * @memberof transport_protocol.Live
         * @static
         * @param {transport_protocol.Live.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.Live} Live instance
         * @type {{
         *   (properties: transport_protocol.Live.$Shape): transport_protocol.Live & transport_protocol.Live.$Shape;
         *   (properties?: transport_protocol.Live.$Properties): transport_protocol.Live;
         * }}
         */
        Live.create = function(properties) {
            return new Live(properties);
        };

        /**
         * Encodes the specified Live message. Does not implicitly {@link transport_protocol.Live.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.Live
         * @static
         * @param {transport_protocol.Live.$Properties} message Live message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Live.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name") && message.file_name !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.file_name);
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.offset);
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.data);
            if (message.ended != null && $Object.hasOwnProperty.call(message, "ended") && message.ended !== false)
                writer.uint32(/* id 4, wireType 0 =*/32).bool(message.ended);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Live message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.Live
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.Live & transport_protocol.Live.$Shape} Live
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Live.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.Live();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.file_name = value;
                        else
                            delete message.file_name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.offset = value;
                        else
                            delete message.offset;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.ended = value;
                        else
                            delete message.ended;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a Live message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.Live
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.Live} Live
         */
        Live.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.Live)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.Live: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.Live();
            if (object.file_name != null)
                if (typeof object.file_name !== "string" || object.file_name.length)
                    message.file_name = $String(object.file_name);
            if (object.offset != null)
                if (typeof object.offset === "object" ? object.offset.low || object.offset.high : $Number(object.offset) !== 0)
                    if ($util.Long)
                        message.offset = $util.Long.fromValue(object.offset, true);
                    else if (typeof object.offset === "string")
                        message.offset = $parseInt(object.offset, 10);
                    else if (typeof object.offset === "number")
                        message.offset = object.offset;
                    else if (typeof object.offset === "object")
                        message.offset = new $util.LongBits(object.offset.low >>> 0, object.offset.high >>> 0).toNumber(true);
            if (object.data != null)
                if (object.data.length)
                    if (typeof object.data === "string")
                        $util.base64.decode(object.data, message.data = $util.newBuffer($util.base64.length(object.data)), 0);
                    else if (object.data.length >= 0)
                        message.data = object.data;
            if (object.ended != null)
                if (object.ended)
                    message.ended = $Boolean(object.ended);
            return message;
        };

        /**
         * Creates a plain object from a Live message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.Live
         * @static
         * @param {transport_protocol.Live} message Live
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        Live.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.file_name = "";
                if ($util.Long) {
                    let long = new $util.Long(0, 0, true);
                    object.offset = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.offset = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                if (options.bytes === $String)
                    object.data = "";
                else {
                    object.data = [];
                    if (options.bytes !== $Array)
                        object.data = $util.newBuffer(object.data);
                }
                object.ended = false;
            }
            if (message.file_name != null && $Object.hasOwnProperty.call(message, "file_name"))
                object.file_name = message.file_name;
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.offset = typeof message.offset === "number" ? $BigInt(message.offset) : $util.Long.fromBits(message.offset.low >>> 0, message.offset.high >>> 0, true).toBigInt();
                else if (typeof message.offset === "number")
                    object.offset = options.longs === $String ? $String(message.offset) : message.offset;
                else
                    object.offset = options.longs === $String ? $util.Long.prototype.toString.call(message.offset) : options.longs === $Number ? new $util.LongBits(message.offset.low >>> 0, message.offset.high >>> 0).toNumber(true) : message.offset;
            if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                object.data = options.bytes === $String ? $util.base64.encode(message.data, 0, message.data.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.data) : message.data;
            if (message.ended != null && $Object.hasOwnProperty.call(message, "ended"))
                object.ended = message.ended;
            return object;
        };

        /**
         * Converts this Live to JSON.
         * @function toJSON
         * @memberof transport_protocol.Live
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        Live.prototype.toJSON = function() {
            return Live.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for Live
         * @function getTypeUrl
         * @memberof transport_protocol.Live
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Live.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.Live";
        };

        return Live;
    })();

    transport_protocol.Receipt = (function() {

        /**
         * Properties of a Receipt.
         * @typedef {Object} transport_protocol.Receipt.$Properties
         * @property {Uint8Array|null} [data] Receipt data
         * @property {Uint8Array|null} [signature] Receipt signature
         * @property {Uint8Array|null} [document] Receipt document
         * @property {Uint8Array|null} [openings] Receipt openings
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Receipt.
         * @memberof transport_protocol
         * @interface IReceipt
         * @augments transport_protocol.Receipt.$Properties
         * @deprecated Use transport_protocol.Receipt.$Properties instead.
         */

        /**
         * Shape of a Receipt.
         * @typedef {transport_protocol.Receipt.$Properties} transport_protocol.Receipt.$Shape
         */

        /**
         * Constructs a new Receipt.
         * @memberof transport_protocol
         * @classdesc Represents a Receipt.
         * @constructor
         * @param {transport_protocol.Receipt.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Receipt = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Receipt data.
         * @member {Uint8Array} data
         * @memberof transport_protocol.Receipt
         * @instance
         */
        Receipt.prototype.data = $util.newBuffer([]);

        /**
         * Receipt signature.
         * @member {Uint8Array} signature
         * @memberof transport_protocol.Receipt
         * @instance
         */
        Receipt.prototype.signature = $util.newBuffer([]);

        /**
         * Receipt document.
         * @member {Uint8Array} document
         * @memberof transport_protocol.Receipt
         * @instance
         */
        Receipt.prototype.document = $util.newBuffer([]);

        /**
         * Receipt openings.
         * @member {Uint8Array} openings
         * @memberof transport_protocol.Receipt
         * @instance
         */
        Receipt.prototype.openings = $util.newBuffer([]);

        /**
         * Creates a new Receipt instance using the specified properties.
         * @function create
         * @memberof transport_protocol.Receipt
         * @static
         * @param {transport_protocol.Receipt.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.Receipt} Receipt instance
         * @type {{
         *   (properties: transport_protocol.Receipt.$Shape): transport_protocol.Receipt & transport_protocol.Receipt.$Shape;
         *   (properties?: transport_protocol.Receipt.$Properties): transport_protocol.Receipt;
         * }}
         */
        Receipt.create = function(properties) {
            return new Receipt(properties);
        };

        /**
         * Encodes the specified Receipt message. Does not implicitly {@link transport_protocol.Receipt.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.Receipt
         * @static
         * @param {transport_protocol.Receipt.$Properties} message Receipt message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Receipt.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.data);
            if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.signature);
            if (message.document != null && $Object.hasOwnProperty.call(message, "document") && message.document.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.document);
            if (message.openings != null && $Object.hasOwnProperty.call(message, "openings") && message.openings.length)
                writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.openings);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Receipt message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.Receipt
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.Receipt & transport_protocol.Receipt.$Shape} Receipt
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Receipt.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.Receipt();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.signature = value;
                        else
                            delete message.signature;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.document = value;
                        else
                            delete message.document;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.openings = value;
                        else
                            delete message.openings;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a Receipt message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.Receipt
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.Receipt} Receipt
         */
        Receipt.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.Receipt)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.Receipt: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.Receipt();
            if (object.data != null)
                if (object.data.length)
                    if (typeof object.data === "string")
                        $util.base64.decode(object.data, message.data = $util.newBuffer($util.base64.length(object.data)), 0);
                    else if (object.data.length >= 0)
                        message.data = object.data;
            if (object.signature != null)
                if (object.signature.length)
                    if (typeof object.signature === "string")
                        $util.base64.decode(object.signature, message.signature = $util.newBuffer($util.base64.length(object.signature)), 0);
                    else if (object.signature.length >= 0)
                        message.signature = object.signature;
            if (object.document != null)
                if (object.document.length)
                    if (typeof object.document === "string")
                        $util.base64.decode(object.document, message.document = $util.newBuffer($util.base64.length(object.document)), 0);
                    else if (object.document.length >= 0)
                        message.document = object.document;
            if (object.openings != null)
                if (object.openings.length)
                    if (typeof object.openings === "string")
                        $util.base64.decode(object.openings, message.openings = $util.newBuffer($util.base64.length(object.openings)), 0);
                    else if (object.openings.length >= 0)
                        message.openings = object.openings;
            return message;
        };

        /**
         * Creates a plain object from a Receipt message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.Receipt
         * @static
         * @param {transport_protocol.Receipt} message Receipt
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        Receipt.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                if (options.bytes === $String)
                    object.data = "";
                else {
                    object.data = [];
                    if (options.bytes !== $Array)
                        object.data = $util.newBuffer(object.data);
                }
                if (options.bytes === $String)
                    object.signature = "";
                else {
                    object.signature = [];
                    if (options.bytes !== $Array)
                        object.signature = $util.newBuffer(object.signature);
                }
                if (options.bytes === $String)
                    object.document = "";
                else {
                    object.document = [];
                    if (options.bytes !== $Array)
                        object.document = $util.newBuffer(object.document);
                }
                if (options.bytes === $String)
                    object.openings = "";
                else {
                    object.openings = [];
                    if (options.bytes !== $Array)
                        object.openings = $util.newBuffer(object.openings);
                }
            }
            if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                object.data = options.bytes === $String ? $util.base64.encode(message.data, 0, message.data.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.data) : message.data;
            if (message.signature != null && $Object.hasOwnProperty.call(message, "signature"))
                object.signature = options.bytes === $String ? $util.base64.encode(message.signature, 0, message.signature.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.signature) : message.signature;
            if (message.document != null && $Object.hasOwnProperty.call(message, "document"))
                object.document = options.bytes === $String ? $util.base64.encode(message.document, 0, message.document.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.document) : message.document;
            if (message.openings != null && $Object.hasOwnProperty.call(message, "openings"))
                object.openings = options.bytes === $String ? $util.base64.encode(message.openings, 0, message.openings.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.openings) : message.openings;
            return object;
        };

        /**
         * Converts this Receipt to JSON.
         * @function toJSON
         * @memberof transport_protocol.Receipt
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        Receipt.prototype.toJSON = function() {
            return Receipt.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for Receipt
         * @function getTypeUrl
         * @memberof transport_protocol.Receipt
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Receipt.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.Receipt";
        };

        return Receipt;
    })();

    /**
     * ResponseStatus enum.
     * @name transport_protocol.ResponseStatus
     * @enum {number}
     * @property {number} UNSET=0 UNSET value
     * @property {number} SUCCESS=1 SUCCESS value
     * @property {number} FAILED_INVALID_ROLE=2 FAILED_INVALID_ROLE value
     * @property {number} FAILED_NOT_READY=3 FAILED_NOT_READY value
     * @property {number} FAILED_GENERIC=4 FAILED_GENERIC value
     * @property {number} FAILED_VM_ERROR=5 FAILED_VM_ERROR value
     * @property {number} FAILED_ERROR_CODE_RETURNED=6 FAILED_ERROR_CODE_RETURNED value
     * @property {number} FAILED_INVALID_REQUEST=7 FAILED_INVALID_REQUEST value
     */
    transport_protocol.ResponseStatus = (function() {
        const valuesById = $Object.create(null), values = $Object.create(valuesById);
        values[valuesById[0] = "UNSET"] = 0;
        values[valuesById[1] = "SUCCESS"] = 1;
        values[valuesById[2] = "FAILED_INVALID_ROLE"] = 2;
        values[valuesById[3] = "FAILED_NOT_READY"] = 3;
        values[valuesById[4] = "FAILED_GENERIC"] = 4;
        values[valuesById[5] = "FAILED_VM_ERROR"] = 5;
        values[valuesById[6] = "FAILED_ERROR_CODE_RETURNED"] = 6;
        values[valuesById[7] = "FAILED_INVALID_REQUEST"] = 7;
        return values;
    })();

    transport_protocol.RuntimeManagerRequest = (function() {

        /**
         * Properties of a RuntimeManagerRequest.
         * @typedef {Object} transport_protocol.RuntimeManagerRequest.$Properties
         * @property {number|null} [context] RuntimeManagerRequest context
         * @property {transport_protocol.Data.$Properties|null} [write_file] RuntimeManagerRequest write_file
         * @property {transport_protocol.Data.$Properties|null} [append_file] RuntimeManagerRequest append_file
         * @property {transport_protocol.RequestPiHash.$Properties|null} [request_pi_hash] RuntimeManagerRequest request_pi_hash
         * @property {transport_protocol.RequestResult.$Properties|null} [request_result] RuntimeManagerRequest request_result
         * @property {transport_protocol.RequestProxyPsaAttestationToken.$Properties|null} [request_proxy_psa_attestation_token] RuntimeManagerRequest request_proxy_psa_attestation_token
         * @property {transport_protocol.RequestShutdown.$Properties|null} [request_shutdown] RuntimeManagerRequest request_shutdown
         * @property {transport_protocol.PsaAttestationInit.$Properties|null} [psa_attestation_init] RuntimeManagerRequest psa_attestation_init
         * @property {transport_protocol.RequestPolicyHash.$Properties|null} [request_policy_hash] RuntimeManagerRequest request_policy_hash
         * @property {transport_protocol.Read.$Properties|null} [read_file] RuntimeManagerRequest read_file
         * @property {transport_protocol.RequestResult.$Properties|null} [request_pipeline] RuntimeManagerRequest request_pipeline
         * @property {transport_protocol.Attest.$Properties|null} [attest] RuntimeManagerRequest attest
         * @property {transport_protocol.ReadRange.$Properties|null} [read_range] RuntimeManagerRequest read_range
         * @property {transport_protocol.WriteChunk.$Properties|null} [write_chunk] RuntimeManagerRequest write_chunk
         * @property {transport_protocol.List.$Properties|null} [list] RuntimeManagerRequest list
         * @property {transport_protocol.Stat.$Properties|null} [stat] RuntimeManagerRequest stat
         * @property {transport_protocol.Remove.$Properties|null} [remove] RuntimeManagerRequest remove
         * @property {transport_protocol.Subscribe.$Properties|null} [subscribe] RuntimeManagerRequest subscribe
         * @property {transport_protocol.EndLive.$Properties|null} [end_live] RuntimeManagerRequest end_live
         * @property {transport_protocol.Cancel.$Properties|null} [cancel] RuntimeManagerRequest cancel
         * @property {transport_protocol.RequestReceipt.$Properties|null} [receipt] RuntimeManagerRequest receipt
         * @property {"write_file"|"append_file"|"request_pi_hash"|"request_result"|"request_proxy_psa_attestation_token"|"request_shutdown"|"psa_attestation_init"|"request_policy_hash"|"read_file"|"request_pipeline"|"attest"|"read_range"|"write_chunk"|"list"|"stat"|"remove"|"subscribe"|"end_live"|"cancel"|"receipt"} [message_oneof] RuntimeManagerRequest message_oneof
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a RuntimeManagerRequest.
         * @memberof transport_protocol
         * @interface IRuntimeManagerRequest
         * @augments transport_protocol.RuntimeManagerRequest.$Properties
         * @deprecated Use transport_protocol.RuntimeManagerRequest.$Properties instead.
         */

        /**
         * Narrowed shape of a RuntimeManagerRequest.
         * @typedef {{
         *   context?: number|null;
         *   write_file?: transport_protocol.Data.$Shape|null;
         *   append_file?: transport_protocol.Data.$Shape|null;
         *   request_pi_hash?: transport_protocol.RequestPiHash.$Shape|null;
         *   request_result?: transport_protocol.RequestResult.$Shape|null;
         *   request_proxy_psa_attestation_token?: transport_protocol.RequestProxyPsaAttestationToken.$Shape|null;
         *   request_shutdown?: transport_protocol.RequestShutdown.$Shape|null;
         *   psa_attestation_init?: transport_protocol.PsaAttestationInit.$Shape|null;
         *   request_policy_hash?: transport_protocol.RequestPolicyHash.$Shape|null;
         *   read_file?: transport_protocol.Read.$Shape|null;
         *   request_pipeline?: transport_protocol.RequestResult.$Shape|null;
         *   attest?: transport_protocol.Attest.$Shape|null;
         *   read_range?: transport_protocol.ReadRange.$Shape|null;
         *   write_chunk?: transport_protocol.WriteChunk.$Shape|null;
         *   list?: transport_protocol.List.$Shape|null;
         *   stat?: transport_protocol.Stat.$Shape|null;
         *   remove?: transport_protocol.Remove.$Shape|null;
         *   subscribe?: transport_protocol.Subscribe.$Shape|null;
         *   end_live?: transport_protocol.EndLive.$Shape|null;
         *   cancel?: transport_protocol.Cancel.$Shape|null;
         *   receipt?: transport_protocol.RequestReceipt.$Shape|null;
         *   $unknowns?: Array.<Uint8Array>;
         * } & (
         *   ({ message_oneof?: undefined; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "write_file"; write_file: transport_protocol.Data.$Shape; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "append_file"; write_file?: null; append_file: transport_protocol.Data.$Shape; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "request_pi_hash"; write_file?: null; append_file?: null; request_pi_hash: transport_protocol.RequestPiHash.$Shape; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "request_result"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result: transport_protocol.RequestResult.$Shape; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "request_proxy_psa_attestation_token"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token: transport_protocol.RequestProxyPsaAttestationToken.$Shape; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "request_shutdown"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown: transport_protocol.RequestShutdown.$Shape; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "psa_attestation_init"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init: transport_protocol.PsaAttestationInit.$Shape; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "request_policy_hash"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash: transport_protocol.RequestPolicyHash.$Shape; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "read_file"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file: transport_protocol.Read.$Shape; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "request_pipeline"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline: transport_protocol.RequestResult.$Shape; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "attest"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest: transport_protocol.Attest.$Shape; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "read_range"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range: transport_protocol.ReadRange.$Shape; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "write_chunk"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk: transport_protocol.WriteChunk.$Shape; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "list"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list: transport_protocol.List.$Shape; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "stat"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat: transport_protocol.Stat.$Shape; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "remove"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove: transport_protocol.Remove.$Shape; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "subscribe"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe: transport_protocol.Subscribe.$Shape; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "end_live"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live: transport_protocol.EndLive.$Shape; cancel?: null; receipt?: null }|{ message_oneof?: "cancel"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel: transport_protocol.Cancel.$Shape; receipt?: null }|{ message_oneof?: "receipt"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt: transport_protocol.RequestReceipt.$Shape })
         * )} transport_protocol.RuntimeManagerRequest.$Shape
         */

        /**
         * Constructs a new RuntimeManagerRequest.
         * @memberof transport_protocol
         * @classdesc Represents a RuntimeManagerRequest.
         * @constructor
         * @param {transport_protocol.RuntimeManagerRequest.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const RuntimeManagerRequest = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * RuntimeManagerRequest context.
         * @member {number} context
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.context = 0;

        /**
         * RuntimeManagerRequest write_file.
         * @member {transport_protocol.Data.$Properties|null|undefined} write_file
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.write_file = null;

        /**
         * RuntimeManagerRequest append_file.
         * @member {transport_protocol.Data.$Properties|null|undefined} append_file
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.append_file = null;

        /**
         * RuntimeManagerRequest request_pi_hash.
         * @member {transport_protocol.RequestPiHash.$Properties|null|undefined} request_pi_hash
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.request_pi_hash = null;

        /**
         * RuntimeManagerRequest request_result.
         * @member {transport_protocol.RequestResult.$Properties|null|undefined} request_result
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.request_result = null;

        /**
         * RuntimeManagerRequest request_proxy_psa_attestation_token.
         * @member {transport_protocol.RequestProxyPsaAttestationToken.$Properties|null|undefined} request_proxy_psa_attestation_token
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.request_proxy_psa_attestation_token = null;

        /**
         * RuntimeManagerRequest request_shutdown.
         * @member {transport_protocol.RequestShutdown.$Properties|null|undefined} request_shutdown
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.request_shutdown = null;

        /**
         * RuntimeManagerRequest psa_attestation_init.
         * @member {transport_protocol.PsaAttestationInit.$Properties|null|undefined} psa_attestation_init
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.psa_attestation_init = null;

        /**
         * RuntimeManagerRequest request_policy_hash.
         * @member {transport_protocol.RequestPolicyHash.$Properties|null|undefined} request_policy_hash
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.request_policy_hash = null;

        /**
         * RuntimeManagerRequest read_file.
         * @member {transport_protocol.Read.$Properties|null|undefined} read_file
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.read_file = null;

        /**
         * RuntimeManagerRequest request_pipeline.
         * @member {transport_protocol.RequestResult.$Properties|null|undefined} request_pipeline
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.request_pipeline = null;

        /**
         * RuntimeManagerRequest attest.
         * @member {transport_protocol.Attest.$Properties|null|undefined} attest
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.attest = null;

        /**
         * RuntimeManagerRequest read_range.
         * @member {transport_protocol.ReadRange.$Properties|null|undefined} read_range
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.read_range = null;

        /**
         * RuntimeManagerRequest write_chunk.
         * @member {transport_protocol.WriteChunk.$Properties|null|undefined} write_chunk
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.write_chunk = null;

        /**
         * RuntimeManagerRequest list.
         * @member {transport_protocol.List.$Properties|null|undefined} list
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.list = null;

        /**
         * RuntimeManagerRequest stat.
         * @member {transport_protocol.Stat.$Properties|null|undefined} stat
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.stat = null;

        /**
         * RuntimeManagerRequest remove.
         * @member {transport_protocol.Remove.$Properties|null|undefined} remove
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.remove = null;

        /**
         * RuntimeManagerRequest subscribe.
         * @member {transport_protocol.Subscribe.$Properties|null|undefined} subscribe
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.subscribe = null;

        /**
         * RuntimeManagerRequest end_live.
         * @member {transport_protocol.EndLive.$Properties|null|undefined} end_live
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.end_live = null;

        /**
         * RuntimeManagerRequest cancel.
         * @member {transport_protocol.Cancel.$Properties|null|undefined} cancel
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.cancel = null;

        /**
         * RuntimeManagerRequest receipt.
         * @member {transport_protocol.RequestReceipt.$Properties|null|undefined} receipt
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        RuntimeManagerRequest.prototype.receipt = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        /**
         * RuntimeManagerRequest message_oneof.
         * @member {"write_file"|"append_file"|"request_pi_hash"|"request_result"|"request_proxy_psa_attestation_token"|"request_shutdown"|"psa_attestation_init"|"request_policy_hash"|"read_file"|"request_pipeline"|"attest"|"read_range"|"write_chunk"|"list"|"stat"|"remove"|"subscribe"|"end_live"|"cancel"|"receipt"|undefined} message_oneof
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         */
        $Object.defineProperty(RuntimeManagerRequest.prototype, "message_oneof", {
            get: $util.oneOfGetter($oneOfFields = ["write_file", "append_file", "request_pi_hash", "request_result", "request_proxy_psa_attestation_token", "request_shutdown", "psa_attestation_init", "request_policy_hash", "read_file", "request_pipeline", "attest", "read_range", "write_chunk", "list", "stat", "remove", "subscribe", "end_live", "cancel", "receipt"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Creates a new RuntimeManagerRequest instance using the specified properties.
         * @function create
         * @memberof transport_protocol.RuntimeManagerRequest
         * @static
         * @param {transport_protocol.RuntimeManagerRequest.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.RuntimeManagerRequest} RuntimeManagerRequest instance
         * @type {{
         *   (properties: transport_protocol.RuntimeManagerRequest.$Shape): transport_protocol.RuntimeManagerRequest & transport_protocol.RuntimeManagerRequest.$Shape;
         *   (properties?: transport_protocol.RuntimeManagerRequest.$Properties): transport_protocol.RuntimeManagerRequest;
         * }}
         */
        RuntimeManagerRequest.create = function(properties) {
            return new RuntimeManagerRequest(properties);
        };

        /**
         * Encodes the specified RuntimeManagerRequest message. Does not implicitly {@link transport_protocol.RuntimeManagerRequest.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.RuntimeManagerRequest
         * @static
         * @param {transport_protocol.RuntimeManagerRequest.$Properties} message RuntimeManagerRequest message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        RuntimeManagerRequest.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.context != null && $Object.hasOwnProperty.call(message, "context") && message.context !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.context);
            if (message.write_file != null && $Object.hasOwnProperty.call(message, "write_file"))
                $root.transport_protocol.Data.encode(message.write_file, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.append_file != null && $Object.hasOwnProperty.call(message, "append_file"))
                $root.transport_protocol.Data.encode(message.append_file, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
            if (message.request_pi_hash != null && $Object.hasOwnProperty.call(message, "request_pi_hash"))
                $root.transport_protocol.RequestPiHash.encode(message.request_pi_hash, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
            if (message.request_result != null && $Object.hasOwnProperty.call(message, "request_result"))
                $root.transport_protocol.RequestResult.encode(message.request_result, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
            if (message.request_proxy_psa_attestation_token != null && $Object.hasOwnProperty.call(message, "request_proxy_psa_attestation_token"))
                $root.transport_protocol.RequestProxyPsaAttestationToken.encode(message.request_proxy_psa_attestation_token, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
            if (message.request_shutdown != null && $Object.hasOwnProperty.call(message, "request_shutdown"))
                $root.transport_protocol.RequestShutdown.encode(message.request_shutdown, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
            if (message.psa_attestation_init != null && $Object.hasOwnProperty.call(message, "psa_attestation_init"))
                $root.transport_protocol.PsaAttestationInit.encode(message.psa_attestation_init, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
            if (message.request_policy_hash != null && $Object.hasOwnProperty.call(message, "request_policy_hash"))
                $root.transport_protocol.RequestPolicyHash.encode(message.request_policy_hash, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
            if (message.read_file != null && $Object.hasOwnProperty.call(message, "read_file"))
                $root.transport_protocol.Read.encode(message.read_file, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
            if (message.request_pipeline != null && $Object.hasOwnProperty.call(message, "request_pipeline"))
                $root.transport_protocol.RequestResult.encode(message.request_pipeline, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
            if (message.attest != null && $Object.hasOwnProperty.call(message, "attest"))
                $root.transport_protocol.Attest.encode(message.attest, writer.uint32(/* id 32, wireType 2 =*/258).fork(), _depth + 1).ldelim();
            if (message.read_range != null && $Object.hasOwnProperty.call(message, "read_range"))
                $root.transport_protocol.ReadRange.encode(message.read_range, writer.uint32(/* id 33, wireType 2 =*/266).fork(), _depth + 1).ldelim();
            if (message.write_chunk != null && $Object.hasOwnProperty.call(message, "write_chunk"))
                $root.transport_protocol.WriteChunk.encode(message.write_chunk, writer.uint32(/* id 34, wireType 2 =*/274).fork(), _depth + 1).ldelim();
            if (message.list != null && $Object.hasOwnProperty.call(message, "list"))
                $root.transport_protocol.List.encode(message.list, writer.uint32(/* id 35, wireType 2 =*/282).fork(), _depth + 1).ldelim();
            if (message.stat != null && $Object.hasOwnProperty.call(message, "stat"))
                $root.transport_protocol.Stat.encode(message.stat, writer.uint32(/* id 36, wireType 2 =*/290).fork(), _depth + 1).ldelim();
            if (message.remove != null && $Object.hasOwnProperty.call(message, "remove"))
                $root.transport_protocol.Remove.encode(message.remove, writer.uint32(/* id 37, wireType 2 =*/298).fork(), _depth + 1).ldelim();
            if (message.subscribe != null && $Object.hasOwnProperty.call(message, "subscribe"))
                $root.transport_protocol.Subscribe.encode(message.subscribe, writer.uint32(/* id 38, wireType 2 =*/306).fork(), _depth + 1).ldelim();
            if (message.end_live != null && $Object.hasOwnProperty.call(message, "end_live"))
                $root.transport_protocol.EndLive.encode(message.end_live, writer.uint32(/* id 39, wireType 2 =*/314).fork(), _depth + 1).ldelim();
            if (message.cancel != null && $Object.hasOwnProperty.call(message, "cancel"))
                $root.transport_protocol.Cancel.encode(message.cancel, writer.uint32(/* id 40, wireType 2 =*/322).fork(), _depth + 1).ldelim();
            if (message.receipt != null && $Object.hasOwnProperty.call(message, "receipt"))
                $root.transport_protocol.RequestReceipt.encode(message.receipt, writer.uint32(/* id 41, wireType 2 =*/330).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a RuntimeManagerRequest message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.RuntimeManagerRequest
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.RuntimeManagerRequest & transport_protocol.RuntimeManagerRequest.$Shape} RuntimeManagerRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        RuntimeManagerRequest.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.RuntimeManagerRequest();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.context = value;
                        else
                            delete message.context;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.write_file = $root.transport_protocol.Data.decode(reader, reader.size(), $undefined, _depth + 1, message.write_file);
                        message.message_oneof = "write_file";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.append_file = $root.transport_protocol.Data.decode(reader, reader.size(), $undefined, _depth + 1, message.append_file);
                        message.message_oneof = "append_file";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.request_pi_hash = $root.transport_protocol.RequestPiHash.decode(reader, reader.size(), $undefined, _depth + 1, message.request_pi_hash);
                        message.message_oneof = "request_pi_hash";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.request_result = $root.transport_protocol.RequestResult.decode(reader, reader.size(), $undefined, _depth + 1, message.request_result);
                        message.message_oneof = "request_result";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.request_proxy_psa_attestation_token = $root.transport_protocol.RequestProxyPsaAttestationToken.decode(reader, reader.size(), $undefined, _depth + 1, message.request_proxy_psa_attestation_token);
                        message.message_oneof = "request_proxy_psa_attestation_token";
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.request_shutdown = $root.transport_protocol.RequestShutdown.decode(reader, reader.size(), $undefined, _depth + 1, message.request_shutdown);
                        message.message_oneof = "request_shutdown";
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        message.psa_attestation_init = $root.transport_protocol.PsaAttestationInit.decode(reader, reader.size(), $undefined, _depth + 1, message.psa_attestation_init);
                        message.message_oneof = "psa_attestation_init";
                        continue;
                    }
                case 10: {
                        if (wireType !== 2)
                            break;
                        message.request_policy_hash = $root.transport_protocol.RequestPolicyHash.decode(reader, reader.size(), $undefined, _depth + 1, message.request_policy_hash);
                        message.message_oneof = "request_policy_hash";
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        message.read_file = $root.transport_protocol.Read.decode(reader, reader.size(), $undefined, _depth + 1, message.read_file);
                        message.message_oneof = "read_file";
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        message.request_pipeline = $root.transport_protocol.RequestResult.decode(reader, reader.size(), $undefined, _depth + 1, message.request_pipeline);
                        message.message_oneof = "request_pipeline";
                        continue;
                    }
                case 32: {
                        if (wireType !== 2)
                            break;
                        message.attest = $root.transport_protocol.Attest.decode(reader, reader.size(), $undefined, _depth + 1, message.attest);
                        message.message_oneof = "attest";
                        continue;
                    }
                case 33: {
                        if (wireType !== 2)
                            break;
                        message.read_range = $root.transport_protocol.ReadRange.decode(reader, reader.size(), $undefined, _depth + 1, message.read_range);
                        message.message_oneof = "read_range";
                        continue;
                    }
                case 34: {
                        if (wireType !== 2)
                            break;
                        message.write_chunk = $root.transport_protocol.WriteChunk.decode(reader, reader.size(), $undefined, _depth + 1, message.write_chunk);
                        message.message_oneof = "write_chunk";
                        continue;
                    }
                case 35: {
                        if (wireType !== 2)
                            break;
                        message.list = $root.transport_protocol.List.decode(reader, reader.size(), $undefined, _depth + 1, message.list);
                        message.message_oneof = "list";
                        continue;
                    }
                case 36: {
                        if (wireType !== 2)
                            break;
                        message.stat = $root.transport_protocol.Stat.decode(reader, reader.size(), $undefined, _depth + 1, message.stat);
                        message.message_oneof = "stat";
                        continue;
                    }
                case 37: {
                        if (wireType !== 2)
                            break;
                        message.remove = $root.transport_protocol.Remove.decode(reader, reader.size(), $undefined, _depth + 1, message.remove);
                        message.message_oneof = "remove";
                        continue;
                    }
                case 38: {
                        if (wireType !== 2)
                            break;
                        message.subscribe = $root.transport_protocol.Subscribe.decode(reader, reader.size(), $undefined, _depth + 1, message.subscribe);
                        message.message_oneof = "subscribe";
                        continue;
                    }
                case 39: {
                        if (wireType !== 2)
                            break;
                        message.end_live = $root.transport_protocol.EndLive.decode(reader, reader.size(), $undefined, _depth + 1, message.end_live);
                        message.message_oneof = "end_live";
                        continue;
                    }
                case 40: {
                        if (wireType !== 2)
                            break;
                        message.cancel = $root.transport_protocol.Cancel.decode(reader, reader.size(), $undefined, _depth + 1, message.cancel);
                        message.message_oneof = "cancel";
                        continue;
                    }
                case 41: {
                        if (wireType !== 2)
                            break;
                        message.receipt = $root.transport_protocol.RequestReceipt.decode(reader, reader.size(), $undefined, _depth + 1, message.receipt);
                        message.message_oneof = "receipt";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a RuntimeManagerRequest message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.RuntimeManagerRequest
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.RuntimeManagerRequest} RuntimeManagerRequest
         */
        RuntimeManagerRequest.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.RuntimeManagerRequest)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.RuntimeManagerRequest: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.RuntimeManagerRequest();
            if (object.context != null)
                if ($Number(object.context) !== 0)
                    message.context = object.context >>> 0;
            if (object.write_file != null) {
                if (!$util.isObject(object.write_file))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.write_file: object expected");
                message.write_file = $root.transport_protocol.Data.fromObject(object.write_file, _depth + 1);
            }
            if (object.append_file != null) {
                if (!$util.isObject(object.append_file))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.append_file: object expected");
                message.append_file = $root.transport_protocol.Data.fromObject(object.append_file, _depth + 1);
            }
            if (object.request_pi_hash != null) {
                if (!$util.isObject(object.request_pi_hash))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.request_pi_hash: object expected");
                message.request_pi_hash = $root.transport_protocol.RequestPiHash.fromObject(object.request_pi_hash, _depth + 1);
            }
            if (object.request_result != null) {
                if (!$util.isObject(object.request_result))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.request_result: object expected");
                message.request_result = $root.transport_protocol.RequestResult.fromObject(object.request_result, _depth + 1);
            }
            if (object.request_proxy_psa_attestation_token != null) {
                if (!$util.isObject(object.request_proxy_psa_attestation_token))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.request_proxy_psa_attestation_token: object expected");
                message.request_proxy_psa_attestation_token = $root.transport_protocol.RequestProxyPsaAttestationToken.fromObject(object.request_proxy_psa_attestation_token, _depth + 1);
            }
            if (object.request_shutdown != null) {
                if (!$util.isObject(object.request_shutdown))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.request_shutdown: object expected");
                message.request_shutdown = $root.transport_protocol.RequestShutdown.fromObject(object.request_shutdown, _depth + 1);
            }
            if (object.psa_attestation_init != null) {
                if (!$util.isObject(object.psa_attestation_init))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.psa_attestation_init: object expected");
                message.psa_attestation_init = $root.transport_protocol.PsaAttestationInit.fromObject(object.psa_attestation_init, _depth + 1);
            }
            if (object.request_policy_hash != null) {
                if (!$util.isObject(object.request_policy_hash))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.request_policy_hash: object expected");
                message.request_policy_hash = $root.transport_protocol.RequestPolicyHash.fromObject(object.request_policy_hash, _depth + 1);
            }
            if (object.read_file != null) {
                if (!$util.isObject(object.read_file))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.read_file: object expected");
                message.read_file = $root.transport_protocol.Read.fromObject(object.read_file, _depth + 1);
            }
            if (object.request_pipeline != null) {
                if (!$util.isObject(object.request_pipeline))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.request_pipeline: object expected");
                message.request_pipeline = $root.transport_protocol.RequestResult.fromObject(object.request_pipeline, _depth + 1);
            }
            if (object.attest != null) {
                if (!$util.isObject(object.attest))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.attest: object expected");
                message.attest = $root.transport_protocol.Attest.fromObject(object.attest, _depth + 1);
            }
            if (object.read_range != null) {
                if (!$util.isObject(object.read_range))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.read_range: object expected");
                message.read_range = $root.transport_protocol.ReadRange.fromObject(object.read_range, _depth + 1);
            }
            if (object.write_chunk != null) {
                if (!$util.isObject(object.write_chunk))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.write_chunk: object expected");
                message.write_chunk = $root.transport_protocol.WriteChunk.fromObject(object.write_chunk, _depth + 1);
            }
            if (object.list != null) {
                if (!$util.isObject(object.list))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.list: object expected");
                message.list = $root.transport_protocol.List.fromObject(object.list, _depth + 1);
            }
            if (object.stat != null) {
                if (!$util.isObject(object.stat))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.stat: object expected");
                message.stat = $root.transport_protocol.Stat.fromObject(object.stat, _depth + 1);
            }
            if (object.remove != null) {
                if (!$util.isObject(object.remove))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.remove: object expected");
                message.remove = $root.transport_protocol.Remove.fromObject(object.remove, _depth + 1);
            }
            if (object.subscribe != null) {
                if (!$util.isObject(object.subscribe))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.subscribe: object expected");
                message.subscribe = $root.transport_protocol.Subscribe.fromObject(object.subscribe, _depth + 1);
            }
            if (object.end_live != null) {
                if (!$util.isObject(object.end_live))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.end_live: object expected");
                message.end_live = $root.transport_protocol.EndLive.fromObject(object.end_live, _depth + 1);
            }
            if (object.cancel != null) {
                if (!$util.isObject(object.cancel))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.cancel: object expected");
                message.cancel = $root.transport_protocol.Cancel.fromObject(object.cancel, _depth + 1);
            }
            if (object.receipt != null) {
                if (!$util.isObject(object.receipt))
                    throw $TypeError(".transport_protocol.RuntimeManagerRequest.receipt: object expected");
                message.receipt = $root.transport_protocol.RequestReceipt.fromObject(object.receipt, _depth + 1);
            }
            return message;
        };

        /**
         * Creates a plain object from a RuntimeManagerRequest message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.RuntimeManagerRequest
         * @static
         * @param {transport_protocol.RuntimeManagerRequest} message RuntimeManagerRequest
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        RuntimeManagerRequest.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.context = 0;
            if (message.context != null && $Object.hasOwnProperty.call(message, "context"))
                object.context = message.context;
            if (message.write_file != null && $Object.hasOwnProperty.call(message, "write_file")) {
                object.write_file = $root.transport_protocol.Data.toObject(message.write_file, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "write_file";
            }
            if (message.append_file != null && $Object.hasOwnProperty.call(message, "append_file")) {
                object.append_file = $root.transport_protocol.Data.toObject(message.append_file, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "append_file";
            }
            if (message.request_pi_hash != null && $Object.hasOwnProperty.call(message, "request_pi_hash")) {
                object.request_pi_hash = $root.transport_protocol.RequestPiHash.toObject(message.request_pi_hash, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "request_pi_hash";
            }
            if (message.request_result != null && $Object.hasOwnProperty.call(message, "request_result")) {
                object.request_result = $root.transport_protocol.RequestResult.toObject(message.request_result, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "request_result";
            }
            if (message.request_proxy_psa_attestation_token != null && $Object.hasOwnProperty.call(message, "request_proxy_psa_attestation_token")) {
                object.request_proxy_psa_attestation_token = $root.transport_protocol.RequestProxyPsaAttestationToken.toObject(message.request_proxy_psa_attestation_token, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "request_proxy_psa_attestation_token";
            }
            if (message.request_shutdown != null && $Object.hasOwnProperty.call(message, "request_shutdown")) {
                object.request_shutdown = $root.transport_protocol.RequestShutdown.toObject(message.request_shutdown, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "request_shutdown";
            }
            if (message.psa_attestation_init != null && $Object.hasOwnProperty.call(message, "psa_attestation_init")) {
                object.psa_attestation_init = $root.transport_protocol.PsaAttestationInit.toObject(message.psa_attestation_init, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "psa_attestation_init";
            }
            if (message.request_policy_hash != null && $Object.hasOwnProperty.call(message, "request_policy_hash")) {
                object.request_policy_hash = $root.transport_protocol.RequestPolicyHash.toObject(message.request_policy_hash, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "request_policy_hash";
            }
            if (message.read_file != null && $Object.hasOwnProperty.call(message, "read_file")) {
                object.read_file = $root.transport_protocol.Read.toObject(message.read_file, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "read_file";
            }
            if (message.request_pipeline != null && $Object.hasOwnProperty.call(message, "request_pipeline")) {
                object.request_pipeline = $root.transport_protocol.RequestResult.toObject(message.request_pipeline, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "request_pipeline";
            }
            if (message.attest != null && $Object.hasOwnProperty.call(message, "attest")) {
                object.attest = $root.transport_protocol.Attest.toObject(message.attest, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "attest";
            }
            if (message.read_range != null && $Object.hasOwnProperty.call(message, "read_range")) {
                object.read_range = $root.transport_protocol.ReadRange.toObject(message.read_range, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "read_range";
            }
            if (message.write_chunk != null && $Object.hasOwnProperty.call(message, "write_chunk")) {
                object.write_chunk = $root.transport_protocol.WriteChunk.toObject(message.write_chunk, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "write_chunk";
            }
            if (message.list != null && $Object.hasOwnProperty.call(message, "list")) {
                object.list = $root.transport_protocol.List.toObject(message.list, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "list";
            }
            if (message.stat != null && $Object.hasOwnProperty.call(message, "stat")) {
                object.stat = $root.transport_protocol.Stat.toObject(message.stat, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "stat";
            }
            if (message.remove != null && $Object.hasOwnProperty.call(message, "remove")) {
                object.remove = $root.transport_protocol.Remove.toObject(message.remove, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "remove";
            }
            if (message.subscribe != null && $Object.hasOwnProperty.call(message, "subscribe")) {
                object.subscribe = $root.transport_protocol.Subscribe.toObject(message.subscribe, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "subscribe";
            }
            if (message.end_live != null && $Object.hasOwnProperty.call(message, "end_live")) {
                object.end_live = $root.transport_protocol.EndLive.toObject(message.end_live, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "end_live";
            }
            if (message.cancel != null && $Object.hasOwnProperty.call(message, "cancel")) {
                object.cancel = $root.transport_protocol.Cancel.toObject(message.cancel, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "cancel";
            }
            if (message.receipt != null && $Object.hasOwnProperty.call(message, "receipt")) {
                object.receipt = $root.transport_protocol.RequestReceipt.toObject(message.receipt, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "receipt";
            }
            return object;
        };

        /**
         * Converts this RuntimeManagerRequest to JSON.
         * @function toJSON
         * @memberof transport_protocol.RuntimeManagerRequest
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        RuntimeManagerRequest.prototype.toJSON = function() {
            return RuntimeManagerRequest.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for RuntimeManagerRequest
         * @function getTypeUrl
         * @memberof transport_protocol.RuntimeManagerRequest
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        RuntimeManagerRequest.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.RuntimeManagerRequest";
        };

        return RuntimeManagerRequest;
    })();

    transport_protocol.RuntimeManagerResponse = (function() {

        /**
         * Properties of a RuntimeManagerResponse.
         * @typedef {Object} transport_protocol.RuntimeManagerResponse.$Properties
         * @property {transport_protocol.ResponseStatus|null} [status] RuntimeManagerResponse status
         * @property {number|null} [context] RuntimeManagerResponse context
         * @property {transport_protocol.Result.$Properties|null} [result] RuntimeManagerResponse result
         * @property {transport_protocol.PiHash.$Properties|null} [pi_hash] RuntimeManagerResponse pi_hash
         * @property {transport_protocol.ErrorCode.$Properties|null} [error] RuntimeManagerResponse error
         * @property {transport_protocol.State.$Properties|null} [state] RuntimeManagerResponse state
         * @property {transport_protocol.PolicyHash.$Properties|null} [policy_hash] RuntimeManagerResponse policy_hash
         * @property {transport_protocol.Cert.$Properties|null} [cert] RuntimeManagerResponse cert
         * @property {transport_protocol.Attestation.$Properties|null} [attestation] RuntimeManagerResponse attestation
         * @property {transport_protocol.Range.$Properties|null} [range] RuntimeManagerResponse range
         * @property {transport_protocol.Listing.$Properties|null} [listing] RuntimeManagerResponse listing
         * @property {transport_protocol.FileStat.$Properties|null} [file_stat] RuntimeManagerResponse file_stat
         * @property {transport_protocol.Live.$Properties|null} [live] RuntimeManagerResponse live
         * @property {transport_protocol.Receipt.$Properties|null} [receipt] RuntimeManagerResponse receipt
         * @property {"result"|"pi_hash"|"error"|"state"|"policy_hash"|"cert"|"attestation"|"range"|"listing"|"file_stat"|"live"|"receipt"} [message_oneof] RuntimeManagerResponse message_oneof
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a RuntimeManagerResponse.
         * @memberof transport_protocol
         * @interface IRuntimeManagerResponse
         * @augments transport_protocol.RuntimeManagerResponse.$Properties
         * @deprecated Use transport_protocol.RuntimeManagerResponse.$Properties instead.
         */

        /**
         * Narrowed shape of a RuntimeManagerResponse.
         * @typedef {{
         *   status?: transport_protocol.ResponseStatus|null;
         *   context?: number|null;
         *   result?: transport_protocol.Result.$Shape|null;
         *   pi_hash?: transport_protocol.PiHash.$Shape|null;
         *   error?: transport_protocol.ErrorCode.$Shape|null;
         *   state?: transport_protocol.State.$Shape|null;
         *   policy_hash?: transport_protocol.PolicyHash.$Shape|null;
         *   cert?: transport_protocol.Cert.$Shape|null;
         *   attestation?: transport_protocol.Attestation.$Shape|null;
         *   range?: transport_protocol.Range.$Shape|null;
         *   listing?: transport_protocol.Listing.$Shape|null;
         *   file_stat?: transport_protocol.FileStat.$Shape|null;
         *   live?: transport_protocol.Live.$Shape|null;
         *   receipt?: transport_protocol.Receipt.$Shape|null;
         *   $unknowns?: Array.<Uint8Array>;
         * } & (
         *   ({ message_oneof?: undefined; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "result"; result: transport_protocol.Result.$Shape; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "pi_hash"; result?: null; pi_hash: transport_protocol.PiHash.$Shape; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "error"; result?: null; pi_hash?: null; error: transport_protocol.ErrorCode.$Shape; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "state"; result?: null; pi_hash?: null; error?: null; state: transport_protocol.State.$Shape; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "policy_hash"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash: transport_protocol.PolicyHash.$Shape; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "cert"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert: transport_protocol.Cert.$Shape; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "attestation"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation: transport_protocol.Attestation.$Shape; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "range"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range: transport_protocol.Range.$Shape; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "listing"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing: transport_protocol.Listing.$Shape; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "file_stat"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat: transport_protocol.FileStat.$Shape; live?: null; receipt?: null }|{ message_oneof?: "live"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live: transport_protocol.Live.$Shape; receipt?: null }|{ message_oneof?: "receipt"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt: transport_protocol.Receipt.$Shape })
         * )} transport_protocol.RuntimeManagerResponse.$Shape
         */

        /**
         * Constructs a new RuntimeManagerResponse.
         * @memberof transport_protocol
         * @classdesc Represents a RuntimeManagerResponse.
         * @constructor
         * @param {transport_protocol.RuntimeManagerResponse.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const RuntimeManagerResponse = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * RuntimeManagerResponse status.
         * @member {transport_protocol.ResponseStatus} status
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        RuntimeManagerResponse.prototype.status = 0;

        /**
         * RuntimeManagerResponse context.
         * @member {number} context
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        RuntimeManagerResponse.prototype.context = 0;

        /**
         * RuntimeManagerResponse result.
         * @member {transport_protocol.Result.$Properties|null|undefined} result
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        RuntimeManagerResponse.prototype.result = null;

        /**
         * RuntimeManagerResponse pi_hash.
         * @member {transport_protocol.PiHash.$Properties|null|undefined} pi_hash
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        RuntimeManagerResponse.prototype.pi_hash = null;

        /**
         * RuntimeManagerResponse error.
         * @member {transport_protocol.ErrorCode.$Properties|null|undefined} error
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        RuntimeManagerResponse.prototype.error = null;

        /**
         * RuntimeManagerResponse state.
         * @member {transport_protocol.State.$Properties|null|undefined} state
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        RuntimeManagerResponse.prototype.state = null;

        /**
         * RuntimeManagerResponse policy_hash.
         * @member {transport_protocol.PolicyHash.$Properties|null|undefined} policy_hash
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        RuntimeManagerResponse.prototype.policy_hash = null;

        /**
         * RuntimeManagerResponse cert.
         * @member {transport_protocol.Cert.$Properties|null|undefined} cert
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        RuntimeManagerResponse.prototype.cert = null;

        /**
         * RuntimeManagerResponse attestation.
         * @member {transport_protocol.Attestation.$Properties|null|undefined} attestation
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        RuntimeManagerResponse.prototype.attestation = null;

        /**
         * RuntimeManagerResponse range.
         * @member {transport_protocol.Range.$Properties|null|undefined} range
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        RuntimeManagerResponse.prototype.range = null;

        /**
         * RuntimeManagerResponse listing.
         * @member {transport_protocol.Listing.$Properties|null|undefined} listing
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        RuntimeManagerResponse.prototype.listing = null;

        /**
         * RuntimeManagerResponse file_stat.
         * @member {transport_protocol.FileStat.$Properties|null|undefined} file_stat
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        RuntimeManagerResponse.prototype.file_stat = null;

        /**
         * RuntimeManagerResponse live.
         * @member {transport_protocol.Live.$Properties|null|undefined} live
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        RuntimeManagerResponse.prototype.live = null;

        /**
         * RuntimeManagerResponse receipt.
         * @member {transport_protocol.Receipt.$Properties|null|undefined} receipt
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        RuntimeManagerResponse.prototype.receipt = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        /**
         * RuntimeManagerResponse message_oneof.
         * @member {"result"|"pi_hash"|"error"|"state"|"policy_hash"|"cert"|"attestation"|"range"|"listing"|"file_stat"|"live"|"receipt"|undefined} message_oneof
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         */
        $Object.defineProperty(RuntimeManagerResponse.prototype, "message_oneof", {
            get: $util.oneOfGetter($oneOfFields = ["result", "pi_hash", "error", "state", "policy_hash", "cert", "attestation", "range", "listing", "file_stat", "live", "receipt"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Creates a new RuntimeManagerResponse instance using the specified properties.
         * @function create
         * @memberof transport_protocol.RuntimeManagerResponse
         * @static
         * @param {transport_protocol.RuntimeManagerResponse.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.RuntimeManagerResponse} RuntimeManagerResponse instance
         * @type {{
         *   (properties: transport_protocol.RuntimeManagerResponse.$Shape): transport_protocol.RuntimeManagerResponse & transport_protocol.RuntimeManagerResponse.$Shape;
         *   (properties?: transport_protocol.RuntimeManagerResponse.$Properties): transport_protocol.RuntimeManagerResponse;
         * }}
         */
        RuntimeManagerResponse.create = function(properties) {
            return new RuntimeManagerResponse(properties);
        };

        /**
         * Encodes the specified RuntimeManagerResponse message. Does not implicitly {@link transport_protocol.RuntimeManagerResponse.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.RuntimeManagerResponse
         * @static
         * @param {transport_protocol.RuntimeManagerResponse.$Properties} message RuntimeManagerResponse message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        RuntimeManagerResponse.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.status != null && $Object.hasOwnProperty.call(message, "status") && message.status !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).int32(message.status);
            if (message.result != null && $Object.hasOwnProperty.call(message, "result"))
                $root.transport_protocol.Result.encode(message.result, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
            if (message.pi_hash != null && $Object.hasOwnProperty.call(message, "pi_hash"))
                $root.transport_protocol.PiHash.encode(message.pi_hash, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
            if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                $root.transport_protocol.ErrorCode.encode(message.error, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
            if (message.context != null && $Object.hasOwnProperty.call(message, "context") && message.context !== 0)
                writer.uint32(/* id 8, wireType 0 =*/64).uint32(message.context);
            if (message.state != null && $Object.hasOwnProperty.call(message, "state"))
                $root.transport_protocol.State.encode(message.state, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
            if (message.policy_hash != null && $Object.hasOwnProperty.call(message, "policy_hash"))
                $root.transport_protocol.PolicyHash.encode(message.policy_hash, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
            if (message.cert != null && $Object.hasOwnProperty.call(message, "cert"))
                $root.transport_protocol.Cert.encode(message.cert, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
            if (message.attestation != null && $Object.hasOwnProperty.call(message, "attestation"))
                $root.transport_protocol.Attestation.encode(message.attestation, writer.uint32(/* id 32, wireType 2 =*/258).fork(), _depth + 1).ldelim();
            if (message.range != null && $Object.hasOwnProperty.call(message, "range"))
                $root.transport_protocol.Range.encode(message.range, writer.uint32(/* id 33, wireType 2 =*/266).fork(), _depth + 1).ldelim();
            if (message.listing != null && $Object.hasOwnProperty.call(message, "listing"))
                $root.transport_protocol.Listing.encode(message.listing, writer.uint32(/* id 34, wireType 2 =*/274).fork(), _depth + 1).ldelim();
            if (message.file_stat != null && $Object.hasOwnProperty.call(message, "file_stat"))
                $root.transport_protocol.FileStat.encode(message.file_stat, writer.uint32(/* id 35, wireType 2 =*/282).fork(), _depth + 1).ldelim();
            if (message.live != null && $Object.hasOwnProperty.call(message, "live"))
                $root.transport_protocol.Live.encode(message.live, writer.uint32(/* id 36, wireType 2 =*/290).fork(), _depth + 1).ldelim();
            if (message.receipt != null && $Object.hasOwnProperty.call(message, "receipt"))
                $root.transport_protocol.Receipt.encode(message.receipt, writer.uint32(/* id 37, wireType 2 =*/298).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a RuntimeManagerResponse message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.RuntimeManagerResponse
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.RuntimeManagerResponse & transport_protocol.RuntimeManagerResponse.$Shape} RuntimeManagerResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        RuntimeManagerResponse.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.RuntimeManagerResponse();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.status = value;
                        else
                            delete message.status;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.context = value;
                        else
                            delete message.context;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.result = $root.transport_protocol.Result.decode(reader, reader.size(), $undefined, _depth + 1, message.result);
                        message.message_oneof = "result";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.pi_hash = $root.transport_protocol.PiHash.decode(reader, reader.size(), $undefined, _depth + 1, message.pi_hash);
                        message.message_oneof = "pi_hash";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.error = $root.transport_protocol.ErrorCode.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                        message.message_oneof = "error";
                        continue;
                    }
                case 10: {
                        if (wireType !== 2)
                            break;
                        message.state = $root.transport_protocol.State.decode(reader, reader.size(), $undefined, _depth + 1, message.state);
                        message.message_oneof = "state";
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        message.policy_hash = $root.transport_protocol.PolicyHash.decode(reader, reader.size(), $undefined, _depth + 1, message.policy_hash);
                        message.message_oneof = "policy_hash";
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        message.cert = $root.transport_protocol.Cert.decode(reader, reader.size(), $undefined, _depth + 1, message.cert);
                        message.message_oneof = "cert";
                        continue;
                    }
                case 32: {
                        if (wireType !== 2)
                            break;
                        message.attestation = $root.transport_protocol.Attestation.decode(reader, reader.size(), $undefined, _depth + 1, message.attestation);
                        message.message_oneof = "attestation";
                        continue;
                    }
                case 33: {
                        if (wireType !== 2)
                            break;
                        message.range = $root.transport_protocol.Range.decode(reader, reader.size(), $undefined, _depth + 1, message.range);
                        message.message_oneof = "range";
                        continue;
                    }
                case 34: {
                        if (wireType !== 2)
                            break;
                        message.listing = $root.transport_protocol.Listing.decode(reader, reader.size(), $undefined, _depth + 1, message.listing);
                        message.message_oneof = "listing";
                        continue;
                    }
                case 35: {
                        if (wireType !== 2)
                            break;
                        message.file_stat = $root.transport_protocol.FileStat.decode(reader, reader.size(), $undefined, _depth + 1, message.file_stat);
                        message.message_oneof = "file_stat";
                        continue;
                    }
                case 36: {
                        if (wireType !== 2)
                            break;
                        message.live = $root.transport_protocol.Live.decode(reader, reader.size(), $undefined, _depth + 1, message.live);
                        message.message_oneof = "live";
                        continue;
                    }
                case 37: {
                        if (wireType !== 2)
                            break;
                        message.receipt = $root.transport_protocol.Receipt.decode(reader, reader.size(), $undefined, _depth + 1, message.receipt);
                        message.message_oneof = "receipt";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a RuntimeManagerResponse message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.RuntimeManagerResponse
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.RuntimeManagerResponse} RuntimeManagerResponse
         */
        RuntimeManagerResponse.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.RuntimeManagerResponse)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.RuntimeManagerResponse: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.RuntimeManagerResponse();
            if (object.status !== 0 && (typeof object.status !== "string" || $root.transport_protocol.ResponseStatus[object.status] !== 0))
                switch (object.status) {
                case "UNSET":
                case 0:
                    message.status = 0;
                    break;
                case "SUCCESS":
                case 1:
                    message.status = 1;
                    break;
                case "FAILED_INVALID_ROLE":
                case 2:
                    message.status = 2;
                    break;
                case "FAILED_NOT_READY":
                case 3:
                    message.status = 3;
                    break;
                case "FAILED_GENERIC":
                case 4:
                    message.status = 4;
                    break;
                case "FAILED_VM_ERROR":
                case 5:
                    message.status = 5;
                    break;
                case "FAILED_ERROR_CODE_RETURNED":
                case 6:
                    message.status = 6;
                    break;
                case "FAILED_INVALID_REQUEST":
                case 7:
                    message.status = 7;
                    break;
                default:
                    if (typeof object.status === "number" && (object.status | 0) === object.status)
                        message.status = object.status;
                }
            if (object.context != null)
                if ($Number(object.context) !== 0)
                    message.context = object.context >>> 0;
            if (object.result != null) {
                if (!$util.isObject(object.result))
                    throw $TypeError(".transport_protocol.RuntimeManagerResponse.result: object expected");
                message.result = $root.transport_protocol.Result.fromObject(object.result, _depth + 1);
            }
            if (object.pi_hash != null) {
                if (!$util.isObject(object.pi_hash))
                    throw $TypeError(".transport_protocol.RuntimeManagerResponse.pi_hash: object expected");
                message.pi_hash = $root.transport_protocol.PiHash.fromObject(object.pi_hash, _depth + 1);
            }
            if (object.error != null) {
                if (!$util.isObject(object.error))
                    throw $TypeError(".transport_protocol.RuntimeManagerResponse.error: object expected");
                message.error = $root.transport_protocol.ErrorCode.fromObject(object.error, _depth + 1);
            }
            if (object.state != null) {
                if (!$util.isObject(object.state))
                    throw $TypeError(".transport_protocol.RuntimeManagerResponse.state: object expected");
                message.state = $root.transport_protocol.State.fromObject(object.state, _depth + 1);
            }
            if (object.policy_hash != null) {
                if (!$util.isObject(object.policy_hash))
                    throw $TypeError(".transport_protocol.RuntimeManagerResponse.policy_hash: object expected");
                message.policy_hash = $root.transport_protocol.PolicyHash.fromObject(object.policy_hash, _depth + 1);
            }
            if (object.cert != null) {
                if (!$util.isObject(object.cert))
                    throw $TypeError(".transport_protocol.RuntimeManagerResponse.cert: object expected");
                message.cert = $root.transport_protocol.Cert.fromObject(object.cert, _depth + 1);
            }
            if (object.attestation != null) {
                if (!$util.isObject(object.attestation))
                    throw $TypeError(".transport_protocol.RuntimeManagerResponse.attestation: object expected");
                message.attestation = $root.transport_protocol.Attestation.fromObject(object.attestation, _depth + 1);
            }
            if (object.range != null) {
                if (!$util.isObject(object.range))
                    throw $TypeError(".transport_protocol.RuntimeManagerResponse.range: object expected");
                message.range = $root.transport_protocol.Range.fromObject(object.range, _depth + 1);
            }
            if (object.listing != null) {
                if (!$util.isObject(object.listing))
                    throw $TypeError(".transport_protocol.RuntimeManagerResponse.listing: object expected");
                message.listing = $root.transport_protocol.Listing.fromObject(object.listing, _depth + 1);
            }
            if (object.file_stat != null) {
                if (!$util.isObject(object.file_stat))
                    throw $TypeError(".transport_protocol.RuntimeManagerResponse.file_stat: object expected");
                message.file_stat = $root.transport_protocol.FileStat.fromObject(object.file_stat, _depth + 1);
            }
            if (object.live != null) {
                if (!$util.isObject(object.live))
                    throw $TypeError(".transport_protocol.RuntimeManagerResponse.live: object expected");
                message.live = $root.transport_protocol.Live.fromObject(object.live, _depth + 1);
            }
            if (object.receipt != null) {
                if (!$util.isObject(object.receipt))
                    throw $TypeError(".transport_protocol.RuntimeManagerResponse.receipt: object expected");
                message.receipt = $root.transport_protocol.Receipt.fromObject(object.receipt, _depth + 1);
            }
            return message;
        };

        /**
         * Creates a plain object from a RuntimeManagerResponse message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.RuntimeManagerResponse
         * @static
         * @param {transport_protocol.RuntimeManagerResponse} message RuntimeManagerResponse
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        RuntimeManagerResponse.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.status = options.enums === $String ? "UNSET" : 0;
                object.context = 0;
            }
            if (message.status != null && $Object.hasOwnProperty.call(message, "status"))
                object.status = options.enums === $String ? $root.transport_protocol.ResponseStatus[message.status] === $undefined ? message.status : $root.transport_protocol.ResponseStatus[message.status] : message.status;
            if (message.result != null && $Object.hasOwnProperty.call(message, "result")) {
                object.result = $root.transport_protocol.Result.toObject(message.result, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "result";
            }
            if (message.pi_hash != null && $Object.hasOwnProperty.call(message, "pi_hash")) {
                object.pi_hash = $root.transport_protocol.PiHash.toObject(message.pi_hash, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "pi_hash";
            }
            if (message.error != null && $Object.hasOwnProperty.call(message, "error")) {
                object.error = $root.transport_protocol.ErrorCode.toObject(message.error, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "error";
            }
            if (message.context != null && $Object.hasOwnProperty.call(message, "context"))
                object.context = message.context;
            if (message.state != null && $Object.hasOwnProperty.call(message, "state")) {
                object.state = $root.transport_protocol.State.toObject(message.state, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "state";
            }
            if (message.policy_hash != null && $Object.hasOwnProperty.call(message, "policy_hash")) {
                object.policy_hash = $root.transport_protocol.PolicyHash.toObject(message.policy_hash, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "policy_hash";
            }
            if (message.cert != null && $Object.hasOwnProperty.call(message, "cert")) {
                object.cert = $root.transport_protocol.Cert.toObject(message.cert, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "cert";
            }
            if (message.attestation != null && $Object.hasOwnProperty.call(message, "attestation")) {
                object.attestation = $root.transport_protocol.Attestation.toObject(message.attestation, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "attestation";
            }
            if (message.range != null && $Object.hasOwnProperty.call(message, "range")) {
                object.range = $root.transport_protocol.Range.toObject(message.range, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "range";
            }
            if (message.listing != null && $Object.hasOwnProperty.call(message, "listing")) {
                object.listing = $root.transport_protocol.Listing.toObject(message.listing, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "listing";
            }
            if (message.file_stat != null && $Object.hasOwnProperty.call(message, "file_stat")) {
                object.file_stat = $root.transport_protocol.FileStat.toObject(message.file_stat, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "file_stat";
            }
            if (message.live != null && $Object.hasOwnProperty.call(message, "live")) {
                object.live = $root.transport_protocol.Live.toObject(message.live, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "live";
            }
            if (message.receipt != null && $Object.hasOwnProperty.call(message, "receipt")) {
                object.receipt = $root.transport_protocol.Receipt.toObject(message.receipt, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "receipt";
            }
            return object;
        };

        /**
         * Converts this RuntimeManagerResponse to JSON.
         * @function toJSON
         * @memberof transport_protocol.RuntimeManagerResponse
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        RuntimeManagerResponse.prototype.toJSON = function() {
            return RuntimeManagerResponse.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for RuntimeManagerResponse
         * @function getTypeUrl
         * @memberof transport_protocol.RuntimeManagerResponse
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        RuntimeManagerResponse.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.RuntimeManagerResponse";
        };

        return RuntimeManagerResponse;
    })();

    transport_protocol.ProxyAttestationServerRequest = (function() {

        /**
         * Properties of a ProxyAttestationServerRequest.
         * @typedef {Object} transport_protocol.ProxyAttestationServerRequest.$Properties
         * @property {number|null} [context] ProxyAttestationServerRequest context
         * @property {transport_protocol.StartMsg.$Properties|null} [start_msg] ProxyAttestationServerRequest start_msg
         * @property {transport_protocol.NativePsaAttestationToken.$Properties|null} [native_psa_attestation_token] ProxyAttestationServerRequest native_psa_attestation_token
         * @property {transport_protocol.ProxyPsaAttestationToken.$Properties|null} [proxy_psa_attestation_token] ProxyAttestationServerRequest proxy_psa_attestation_token
         * @property {transport_protocol.NitroAttestationDoc.$Properties|null} [nitro_attestation_doc] ProxyAttestationServerRequest nitro_attestation_doc
         * @property {"start_msg"|"native_psa_attestation_token"|"proxy_psa_attestation_token"|"nitro_attestation_doc"} [message_oneof] ProxyAttestationServerRequest message_oneof
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a ProxyAttestationServerRequest.
         * @memberof transport_protocol
         * @interface IProxyAttestationServerRequest
         * @augments transport_protocol.ProxyAttestationServerRequest.$Properties
         * @deprecated Use transport_protocol.ProxyAttestationServerRequest.$Properties instead.
         */

        /**
         * Narrowed shape of a ProxyAttestationServerRequest.
         * @typedef {{
         *   context?: number|null;
         *   start_msg?: transport_protocol.StartMsg.$Shape|null;
         *   native_psa_attestation_token?: transport_protocol.NativePsaAttestationToken.$Shape|null;
         *   proxy_psa_attestation_token?: transport_protocol.ProxyPsaAttestationToken.$Shape|null;
         *   nitro_attestation_doc?: transport_protocol.NitroAttestationDoc.$Shape|null;
         *   $unknowns?: Array.<Uint8Array>;
         * } & (
         *   ({ message_oneof?: undefined; start_msg?: null; native_psa_attestation_token?: null; proxy_psa_attestation_token?: null; nitro_attestation_doc?: null }|{ message_oneof?: "start_msg"; start_msg: transport_protocol.StartMsg.$Shape; native_psa_attestation_token?: null; proxy_psa_attestation_token?: null; nitro_attestation_doc?: null }|{ message_oneof?: "native_psa_attestation_token"; start_msg?: null; native_psa_attestation_token: transport_protocol.NativePsaAttestationToken.$Shape; proxy_psa_attestation_token?: null; nitro_attestation_doc?: null }|{ message_oneof?: "proxy_psa_attestation_token"; start_msg?: null; native_psa_attestation_token?: null; proxy_psa_attestation_token: transport_protocol.ProxyPsaAttestationToken.$Shape; nitro_attestation_doc?: null }|{ message_oneof?: "nitro_attestation_doc"; start_msg?: null; native_psa_attestation_token?: null; proxy_psa_attestation_token?: null; nitro_attestation_doc: transport_protocol.NitroAttestationDoc.$Shape })
         * )} transport_protocol.ProxyAttestationServerRequest.$Shape
         */

        /**
         * Constructs a new ProxyAttestationServerRequest.
         * @memberof transport_protocol
         * @classdesc Represents a ProxyAttestationServerRequest.
         * @constructor
         * @param {transport_protocol.ProxyAttestationServerRequest.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const ProxyAttestationServerRequest = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * ProxyAttestationServerRequest context.
         * @member {number} context
         * @memberof transport_protocol.ProxyAttestationServerRequest
         * @instance
         */
        ProxyAttestationServerRequest.prototype.context = 0;

        /**
         * ProxyAttestationServerRequest start_msg.
         * @member {transport_protocol.StartMsg.$Properties|null|undefined} start_msg
         * @memberof transport_protocol.ProxyAttestationServerRequest
         * @instance
         */
        ProxyAttestationServerRequest.prototype.start_msg = null;

        /**
         * ProxyAttestationServerRequest native_psa_attestation_token.
         * @member {transport_protocol.NativePsaAttestationToken.$Properties|null|undefined} native_psa_attestation_token
         * @memberof transport_protocol.ProxyAttestationServerRequest
         * @instance
         */
        ProxyAttestationServerRequest.prototype.native_psa_attestation_token = null;

        /**
         * ProxyAttestationServerRequest proxy_psa_attestation_token.
         * @member {transport_protocol.ProxyPsaAttestationToken.$Properties|null|undefined} proxy_psa_attestation_token
         * @memberof transport_protocol.ProxyAttestationServerRequest
         * @instance
         */
        ProxyAttestationServerRequest.prototype.proxy_psa_attestation_token = null;

        /**
         * ProxyAttestationServerRequest nitro_attestation_doc.
         * @member {transport_protocol.NitroAttestationDoc.$Properties|null|undefined} nitro_attestation_doc
         * @memberof transport_protocol.ProxyAttestationServerRequest
         * @instance
         */
        ProxyAttestationServerRequest.prototype.nitro_attestation_doc = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        /**
         * ProxyAttestationServerRequest message_oneof.
         * @member {"start_msg"|"native_psa_attestation_token"|"proxy_psa_attestation_token"|"nitro_attestation_doc"|undefined} message_oneof
         * @memberof transport_protocol.ProxyAttestationServerRequest
         * @instance
         */
        $Object.defineProperty(ProxyAttestationServerRequest.prototype, "message_oneof", {
            get: $util.oneOfGetter($oneOfFields = ["start_msg", "native_psa_attestation_token", "proxy_psa_attestation_token", "nitro_attestation_doc"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Creates a new ProxyAttestationServerRequest instance using the specified properties.
         * @function create
         * @memberof transport_protocol.ProxyAttestationServerRequest
         * @static
         * @param {transport_protocol.ProxyAttestationServerRequest.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.ProxyAttestationServerRequest} ProxyAttestationServerRequest instance
         * @type {{
         *   (properties: transport_protocol.ProxyAttestationServerRequest.$Shape): transport_protocol.ProxyAttestationServerRequest & transport_protocol.ProxyAttestationServerRequest.$Shape;
         *   (properties?: transport_protocol.ProxyAttestationServerRequest.$Properties): transport_protocol.ProxyAttestationServerRequest;
         * }}
         */
        ProxyAttestationServerRequest.create = function(properties) {
            return new ProxyAttestationServerRequest(properties);
        };

        /**
         * Encodes the specified ProxyAttestationServerRequest message. Does not implicitly {@link transport_protocol.ProxyAttestationServerRequest.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.ProxyAttestationServerRequest
         * @static
         * @param {transport_protocol.ProxyAttestationServerRequest.$Properties} message ProxyAttestationServerRequest message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ProxyAttestationServerRequest.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.context != null && $Object.hasOwnProperty.call(message, "context") && message.context !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.context);
            if (message.start_msg != null && $Object.hasOwnProperty.call(message, "start_msg"))
                $root.transport_protocol.StartMsg.encode(message.start_msg, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.native_psa_attestation_token != null && $Object.hasOwnProperty.call(message, "native_psa_attestation_token"))
                $root.transport_protocol.NativePsaAttestationToken.encode(message.native_psa_attestation_token, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
            if (message.proxy_psa_attestation_token != null && $Object.hasOwnProperty.call(message, "proxy_psa_attestation_token"))
                $root.transport_protocol.ProxyPsaAttestationToken.encode(message.proxy_psa_attestation_token, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
            if (message.nitro_attestation_doc != null && $Object.hasOwnProperty.call(message, "nitro_attestation_doc"))
                $root.transport_protocol.NitroAttestationDoc.encode(message.nitro_attestation_doc, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a ProxyAttestationServerRequest message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.ProxyAttestationServerRequest
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.ProxyAttestationServerRequest & transport_protocol.ProxyAttestationServerRequest.$Shape} ProxyAttestationServerRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ProxyAttestationServerRequest.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.ProxyAttestationServerRequest();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.context = value;
                        else
                            delete message.context;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.start_msg = $root.transport_protocol.StartMsg.decode(reader, reader.size(), $undefined, _depth + 1, message.start_msg);
                        message.message_oneof = "start_msg";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.native_psa_attestation_token = $root.transport_protocol.NativePsaAttestationToken.decode(reader, reader.size(), $undefined, _depth + 1, message.native_psa_attestation_token);
                        message.message_oneof = "native_psa_attestation_token";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.proxy_psa_attestation_token = $root.transport_protocol.ProxyPsaAttestationToken.decode(reader, reader.size(), $undefined, _depth + 1, message.proxy_psa_attestation_token);
                        message.message_oneof = "proxy_psa_attestation_token";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.nitro_attestation_doc = $root.transport_protocol.NitroAttestationDoc.decode(reader, reader.size(), $undefined, _depth + 1, message.nitro_attestation_doc);
                        message.message_oneof = "nitro_attestation_doc";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a ProxyAttestationServerRequest message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.ProxyAttestationServerRequest
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.ProxyAttestationServerRequest} ProxyAttestationServerRequest
         */
        ProxyAttestationServerRequest.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.ProxyAttestationServerRequest)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.ProxyAttestationServerRequest: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.ProxyAttestationServerRequest();
            if (object.context != null)
                if ($Number(object.context) !== 0)
                    message.context = object.context >>> 0;
            if (object.start_msg != null) {
                if (!$util.isObject(object.start_msg))
                    throw $TypeError(".transport_protocol.ProxyAttestationServerRequest.start_msg: object expected");
                message.start_msg = $root.transport_protocol.StartMsg.fromObject(object.start_msg, _depth + 1);
            }
            if (object.native_psa_attestation_token != null) {
                if (!$util.isObject(object.native_psa_attestation_token))
                    throw $TypeError(".transport_protocol.ProxyAttestationServerRequest.native_psa_attestation_token: object expected");
                message.native_psa_attestation_token = $root.transport_protocol.NativePsaAttestationToken.fromObject(object.native_psa_attestation_token, _depth + 1);
            }
            if (object.proxy_psa_attestation_token != null) {
                if (!$util.isObject(object.proxy_psa_attestation_token))
                    throw $TypeError(".transport_protocol.ProxyAttestationServerRequest.proxy_psa_attestation_token: object expected");
                message.proxy_psa_attestation_token = $root.transport_protocol.ProxyPsaAttestationToken.fromObject(object.proxy_psa_attestation_token, _depth + 1);
            }
            if (object.nitro_attestation_doc != null) {
                if (!$util.isObject(object.nitro_attestation_doc))
                    throw $TypeError(".transport_protocol.ProxyAttestationServerRequest.nitro_attestation_doc: object expected");
                message.nitro_attestation_doc = $root.transport_protocol.NitroAttestationDoc.fromObject(object.nitro_attestation_doc, _depth + 1);
            }
            return message;
        };

        /**
         * Creates a plain object from a ProxyAttestationServerRequest message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.ProxyAttestationServerRequest
         * @static
         * @param {transport_protocol.ProxyAttestationServerRequest} message ProxyAttestationServerRequest
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        ProxyAttestationServerRequest.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.context = 0;
            if (message.context != null && $Object.hasOwnProperty.call(message, "context"))
                object.context = message.context;
            if (message.start_msg != null && $Object.hasOwnProperty.call(message, "start_msg")) {
                object.start_msg = $root.transport_protocol.StartMsg.toObject(message.start_msg, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "start_msg";
            }
            if (message.native_psa_attestation_token != null && $Object.hasOwnProperty.call(message, "native_psa_attestation_token")) {
                object.native_psa_attestation_token = $root.transport_protocol.NativePsaAttestationToken.toObject(message.native_psa_attestation_token, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "native_psa_attestation_token";
            }
            if (message.proxy_psa_attestation_token != null && $Object.hasOwnProperty.call(message, "proxy_psa_attestation_token")) {
                object.proxy_psa_attestation_token = $root.transport_protocol.ProxyPsaAttestationToken.toObject(message.proxy_psa_attestation_token, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "proxy_psa_attestation_token";
            }
            if (message.nitro_attestation_doc != null && $Object.hasOwnProperty.call(message, "nitro_attestation_doc")) {
                object.nitro_attestation_doc = $root.transport_protocol.NitroAttestationDoc.toObject(message.nitro_attestation_doc, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "nitro_attestation_doc";
            }
            return object;
        };

        /**
         * Converts this ProxyAttestationServerRequest to JSON.
         * @function toJSON
         * @memberof transport_protocol.ProxyAttestationServerRequest
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        ProxyAttestationServerRequest.prototype.toJSON = function() {
            return ProxyAttestationServerRequest.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for ProxyAttestationServerRequest
         * @function getTypeUrl
         * @memberof transport_protocol.ProxyAttestationServerRequest
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        ProxyAttestationServerRequest.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.ProxyAttestationServerRequest";
        };

        return ProxyAttestationServerRequest;
    })();

    transport_protocol.ProxyAttestationServerResponse = (function() {

        /**
         * Properties of a ProxyAttestationServerResponse.
         * @typedef {Object} transport_protocol.ProxyAttestationServerResponse.$Properties
         * @property {number|null} [context] ProxyAttestationServerResponse context
         * @property {transport_protocol.PsaAttestationInit.$Properties|null} [psa_attestation_init] ProxyAttestationServerResponse psa_attestation_init
         * @property {transport_protocol.CertChain.$Properties|null} [cert_chain] ProxyAttestationServerResponse cert_chain
         * @property {"psa_attestation_init"|"cert_chain"} [message_oneof] ProxyAttestationServerResponse message_oneof
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a ProxyAttestationServerResponse.
         * @memberof transport_protocol
         * @interface IProxyAttestationServerResponse
         * @augments transport_protocol.ProxyAttestationServerResponse.$Properties
         * @deprecated Use transport_protocol.ProxyAttestationServerResponse.$Properties instead.
         */

        /**
         * Narrowed shape of a ProxyAttestationServerResponse.
         * @typedef {{
         *   context?: number|null;
         *   psa_attestation_init?: transport_protocol.PsaAttestationInit.$Shape|null;
         *   cert_chain?: transport_protocol.CertChain.$Shape|null;
         *   $unknowns?: Array.<Uint8Array>;
         * } & (
         *   ({ message_oneof?: undefined; psa_attestation_init?: null; cert_chain?: null }|{ message_oneof?: "psa_attestation_init"; psa_attestation_init: transport_protocol.PsaAttestationInit.$Shape; cert_chain?: null }|{ message_oneof?: "cert_chain"; psa_attestation_init?: null; cert_chain: transport_protocol.CertChain.$Shape })
         * )} transport_protocol.ProxyAttestationServerResponse.$Shape
         */

        /**
         * Constructs a new ProxyAttestationServerResponse.
         * @memberof transport_protocol
         * @classdesc Represents a ProxyAttestationServerResponse.
         * @constructor
         * @param {transport_protocol.ProxyAttestationServerResponse.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const ProxyAttestationServerResponse = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * ProxyAttestationServerResponse context.
         * @member {number} context
         * @memberof transport_protocol.ProxyAttestationServerResponse
         * @instance
         */
        ProxyAttestationServerResponse.prototype.context = 0;

        /**
         * ProxyAttestationServerResponse psa_attestation_init.
         * @member {transport_protocol.PsaAttestationInit.$Properties|null|undefined} psa_attestation_init
         * @memberof transport_protocol.ProxyAttestationServerResponse
         * @instance
         */
        ProxyAttestationServerResponse.prototype.psa_attestation_init = null;

        /**
         * ProxyAttestationServerResponse cert_chain.
         * @member {transport_protocol.CertChain.$Properties|null|undefined} cert_chain
         * @memberof transport_protocol.ProxyAttestationServerResponse
         * @instance
         */
        ProxyAttestationServerResponse.prototype.cert_chain = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        /**
         * ProxyAttestationServerResponse message_oneof.
         * @member {"psa_attestation_init"|"cert_chain"|undefined} message_oneof
         * @memberof transport_protocol.ProxyAttestationServerResponse
         * @instance
         */
        $Object.defineProperty(ProxyAttestationServerResponse.prototype, "message_oneof", {
            get: $util.oneOfGetter($oneOfFields = ["psa_attestation_init", "cert_chain"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Creates a new ProxyAttestationServerResponse instance using the specified properties.
         * @function create
         * @memberof transport_protocol.ProxyAttestationServerResponse
         * @static
         * @param {transport_protocol.ProxyAttestationServerResponse.$Properties=} [properties] Properties to set
         * @returns {transport_protocol.ProxyAttestationServerResponse} ProxyAttestationServerResponse instance
         * @type {{
         *   (properties: transport_protocol.ProxyAttestationServerResponse.$Shape): transport_protocol.ProxyAttestationServerResponse & transport_protocol.ProxyAttestationServerResponse.$Shape;
         *   (properties?: transport_protocol.ProxyAttestationServerResponse.$Properties): transport_protocol.ProxyAttestationServerResponse;
         * }}
         */
        ProxyAttestationServerResponse.create = function(properties) {
            return new ProxyAttestationServerResponse(properties);
        };

        /**
         * Encodes the specified ProxyAttestationServerResponse message. Does not implicitly {@link transport_protocol.ProxyAttestationServerResponse.verify|verify} messages.
         * @function encode
         * @memberof transport_protocol.ProxyAttestationServerResponse
         * @static
         * @param {transport_protocol.ProxyAttestationServerResponse.$Properties} message ProxyAttestationServerResponse message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ProxyAttestationServerResponse.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.context != null && $Object.hasOwnProperty.call(message, "context") && message.context !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.context);
            if (message.psa_attestation_init != null && $Object.hasOwnProperty.call(message, "psa_attestation_init"))
                $root.transport_protocol.PsaAttestationInit.encode(message.psa_attestation_init, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.cert_chain != null && $Object.hasOwnProperty.call(message, "cert_chain"))
                $root.transport_protocol.CertChain.encode(message.cert_chain, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a ProxyAttestationServerResponse message from the specified reader or buffer.
         * @function decode
         * @memberof transport_protocol.ProxyAttestationServerResponse
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {transport_protocol.ProxyAttestationServerResponse & transport_protocol.ProxyAttestationServerResponse.$Shape} ProxyAttestationServerResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ProxyAttestationServerResponse.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.transport_protocol.ProxyAttestationServerResponse();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.context = value;
                        else
                            delete message.context;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.psa_attestation_init = $root.transport_protocol.PsaAttestationInit.decode(reader, reader.size(), $undefined, _depth + 1, message.psa_attestation_init);
                        message.message_oneof = "psa_attestation_init";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.cert_chain = $root.transport_protocol.CertChain.decode(reader, reader.size(), $undefined, _depth + 1, message.cert_chain);
                        message.message_oneof = "cert_chain";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Creates a ProxyAttestationServerResponse message from a plain object. Also converts values to their respective internal types.
         * @function fromObject
         * @memberof transport_protocol.ProxyAttestationServerResponse
         * @static
         * @param {Object.<string,*>} object Plain object
         * @returns {transport_protocol.ProxyAttestationServerResponse} ProxyAttestationServerResponse
         */
        ProxyAttestationServerResponse.fromObject = function (object, _depth) {
            if (object instanceof $root.transport_protocol.ProxyAttestationServerResponse)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".transport_protocol.ProxyAttestationServerResponse: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.transport_protocol.ProxyAttestationServerResponse();
            if (object.context != null)
                if ($Number(object.context) !== 0)
                    message.context = object.context >>> 0;
            if (object.psa_attestation_init != null) {
                if (!$util.isObject(object.psa_attestation_init))
                    throw $TypeError(".transport_protocol.ProxyAttestationServerResponse.psa_attestation_init: object expected");
                message.psa_attestation_init = $root.transport_protocol.PsaAttestationInit.fromObject(object.psa_attestation_init, _depth + 1);
            }
            if (object.cert_chain != null) {
                if (!$util.isObject(object.cert_chain))
                    throw $TypeError(".transport_protocol.ProxyAttestationServerResponse.cert_chain: object expected");
                message.cert_chain = $root.transport_protocol.CertChain.fromObject(object.cert_chain, _depth + 1);
            }
            return message;
        };

        /**
         * Creates a plain object from a ProxyAttestationServerResponse message. Also converts values to other types if specified.
         * @function toObject
         * @memberof transport_protocol.ProxyAttestationServerResponse
         * @static
         * @param {transport_protocol.ProxyAttestationServerResponse} message ProxyAttestationServerResponse
         * @param {$protobuf.IConversionOptions} [options] Conversion options
         * @returns {Object.<string,*>} Plain object
         */
        ProxyAttestationServerResponse.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.context = 0;
            if (message.context != null && $Object.hasOwnProperty.call(message, "context"))
                object.context = message.context;
            if (message.psa_attestation_init != null && $Object.hasOwnProperty.call(message, "psa_attestation_init")) {
                object.psa_attestation_init = $root.transport_protocol.PsaAttestationInit.toObject(message.psa_attestation_init, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "psa_attestation_init";
            }
            if (message.cert_chain != null && $Object.hasOwnProperty.call(message, "cert_chain")) {
                object.cert_chain = $root.transport_protocol.CertChain.toObject(message.cert_chain, options, _depth + 1);
                if (options.oneofs)
                    object.message_oneof = "cert_chain";
            }
            return object;
        };

        /**
         * Converts this ProxyAttestationServerResponse to JSON.
         * @function toJSON
         * @memberof transport_protocol.ProxyAttestationServerResponse
         * @instance
         * @returns {Object.<string,*>} JSON object
         */
        ProxyAttestationServerResponse.prototype.toJSON = function() {
            return ProxyAttestationServerResponse.toObject(this, $protobuf.util.toJSONOptions);
        };

        /**
         * Gets the type url for ProxyAttestationServerResponse
         * @function getTypeUrl
         * @memberof transport_protocol.ProxyAttestationServerResponse
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        ProxyAttestationServerResponse.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/transport_protocol.ProxyAttestationServerResponse";
        };

        return ProxyAttestationServerResponse;
    })();

    return transport_protocol;
})();

export {
  $root as default
};
