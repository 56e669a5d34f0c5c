import * as $protobuf from "protobufjs";
import Long = require("long");

/** Namespace transport_protocol. */
export namespace transport_protocol {

    /**
     * Properties of a Data.
     * @deprecated Use transport_protocol.Data.$Properties instead.
     */
    interface IData extends transport_protocol.Data.$Properties {
    }

    /** Represents a Data. */
    class Data {

        /**
         * Constructs a new Data.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.Data.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Data file_name. */
        file_name: string;

        /** Data data. */
        data: Uint8Array;

        /**
         * Creates a new Data instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Data instance
         */
        static create(properties: transport_protocol.Data.$Shape): transport_protocol.Data & transport_protocol.Data.$Shape;
        static create(properties?: transport_protocol.Data.$Properties): transport_protocol.Data;

        /**
         * Encodes the specified Data message. Does not implicitly {@link transport_protocol.Data.verify|verify} messages.
         * @param message Data message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.Data.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Data message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.Data & transport_protocol.Data.$Shape} Data
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.Data & transport_protocol.Data.$Shape;

        /**
         * Creates a Data message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Data
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.Data;

        /**
         * Creates a plain object from a Data message. Also converts values to other types if specified.
         * @param message Data
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.Data, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Data to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for Data
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Data {

        /** Properties of a Data. */
        interface $Properties {

            /** Data file_name */
            file_name?: (string|null);

            /** Data data */
            data?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Data. */
        type $Shape = transport_protocol.Data.$Properties;
    }

    /**
     * Properties of a Read.
     * @deprecated Use transport_protocol.Read.$Properties instead.
     */
    interface IRead extends transport_protocol.Read.$Properties {
    }

    /** Represents a Read. */
    class Read {

        /**
         * Constructs a new Read.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.Read.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Read file_name. */
        file_name: string;

        /**
         * Creates a new Read instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Read instance
         */
        static create(properties: transport_protocol.Read.$Shape): transport_protocol.Read & transport_protocol.Read.$Shape;
        static create(properties?: transport_protocol.Read.$Properties): transport_protocol.Read;

        /**
         * Encodes the specified Read message. Does not implicitly {@link transport_protocol.Read.verify|verify} messages.
         * @param message Read message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.Read.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Read message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.Read & transport_protocol.Read.$Shape} Read
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.Read & transport_protocol.Read.$Shape;

        /**
         * Creates a Read message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Read
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.Read;

        /**
         * Creates a plain object from a Read message. Also converts values to other types if specified.
         * @param message Read
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.Read, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Read to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for Read
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Read {

        /** Properties of a Read. */
        interface $Properties {

            /** Read file_name */
            file_name?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Read. */
        type $Shape = transport_protocol.Read.$Properties;
    }

    /**
     * Properties of a StartMsg.
     * @deprecated Use transport_protocol.StartMsg.$Properties instead.
     */
    interface IStartMsg extends transport_protocol.StartMsg.$Properties {
    }

    /** Represents a StartMsg. */
    class StartMsg {

        /**
         * Constructs a new StartMsg.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.StartMsg.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** StartMsg protocol. */
        protocol: string;

        /** StartMsg firmware_version. */
        firmware_version: string;

        /**
         * Creates a new StartMsg instance using the specified properties.
         * @param [properties] Properties to set
         * @returns StartMsg instance
         */
        static create(properties: transport_protocol.StartMsg.$Shape): transport_protocol.StartMsg & transport_protocol.StartMsg.$Shape;
        static create(properties?: transport_protocol.StartMsg.$Properties): transport_protocol.StartMsg;

        /**
         * Encodes the specified StartMsg message. Does not implicitly {@link transport_protocol.StartMsg.verify|verify} messages.
         * @param message StartMsg message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.StartMsg.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a StartMsg message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.StartMsg & transport_protocol.StartMsg.$Shape} StartMsg
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.StartMsg & transport_protocol.StartMsg.$Shape;

        /**
         * Creates a StartMsg message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns StartMsg
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.StartMsg;

        /**
         * Creates a plain object from a StartMsg message. Also converts values to other types if specified.
         * @param message StartMsg
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.StartMsg, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this StartMsg to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for StartMsg
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace StartMsg {

        /** Properties of a StartMsg. */
        interface $Properties {

            /** StartMsg protocol */
            protocol?: (string|null);

            /** StartMsg firmware_version */
            firmware_version?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a StartMsg. */
        type $Shape = transport_protocol.StartMsg.$Properties;
    }

    /**
     * Properties of a NitroAttestationDoc.
     * @deprecated Use transport_protocol.NitroAttestationDoc.$Properties instead.
     */
    interface INitroAttestationDoc extends transport_protocol.NitroAttestationDoc.$Properties {
    }

    /** Represents a NitroAttestationDoc. */
    class NitroAttestationDoc {

        /**
         * Constructs a new NitroAttestationDoc.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.NitroAttestationDoc.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** NitroAttestationDoc doc. */
        doc: Uint8Array;

        /** NitroAttestationDoc device_id. */
        device_id: number;

        /** NitroAttestationDoc csr. */
        csr: Uint8Array;

        /** NitroAttestationDoc policy_hash. */
        policy_hash: Uint8Array;

        /**
         * Creates a new NitroAttestationDoc instance using the specified properties.
         * @param [properties] Properties to set
         * @returns NitroAttestationDoc instance
         */
        static create(properties: transport_protocol.NitroAttestationDoc.$Shape): transport_protocol.NitroAttestationDoc & transport_protocol.NitroAttestationDoc.$Shape;
        static create(properties?: transport_protocol.NitroAttestationDoc.$Properties): transport_protocol.NitroAttestationDoc;

        /**
         * Encodes the specified NitroAttestationDoc message. Does not implicitly {@link transport_protocol.NitroAttestationDoc.verify|verify} messages.
         * @param message NitroAttestationDoc message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.NitroAttestationDoc.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a NitroAttestationDoc message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.NitroAttestationDoc & transport_protocol.NitroAttestationDoc.$Shape} NitroAttestationDoc
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.NitroAttestationDoc & transport_protocol.NitroAttestationDoc.$Shape;

        /**
         * Creates a NitroAttestationDoc message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns NitroAttestationDoc
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.NitroAttestationDoc;

        /**
         * Creates a plain object from a NitroAttestationDoc message. Also converts values to other types if specified.
         * @param message NitroAttestationDoc
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.NitroAttestationDoc, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this NitroAttestationDoc to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for NitroAttestationDoc
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace NitroAttestationDoc {

        /** Properties of a NitroAttestationDoc. */
        interface $Properties {

            /** NitroAttestationDoc doc */
            doc?: (Uint8Array|null);

            /** NitroAttestationDoc device_id */
            device_id?: (number|null);

            /** NitroAttestationDoc csr */
            csr?: (Uint8Array|null);

            /** NitroAttestationDoc policy_hash */
            policy_hash?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a NitroAttestationDoc. */
        type $Shape = transport_protocol.NitroAttestationDoc.$Properties;
    }

    /**
     * Properties of a PsaAttestationInit.
     * @deprecated Use transport_protocol.PsaAttestationInit.$Properties instead.
     */
    interface IPsaAttestationInit extends transport_protocol.PsaAttestationInit.$Properties {
    }

    /** Represents a PsaAttestationInit. */
    class PsaAttestationInit {

        /**
         * Constructs a new PsaAttestationInit.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.PsaAttestationInit.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PsaAttestationInit challenge. */
        challenge: Uint8Array;

        /** PsaAttestationInit device_id. */
        device_id: number;

        /**
         * Creates a new PsaAttestationInit instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PsaAttestationInit instance
         */
        static create(properties: transport_protocol.PsaAttestationInit.$Shape): transport_protocol.PsaAttestationInit & transport_protocol.PsaAttestationInit.$Shape;
        static create(properties?: transport_protocol.PsaAttestationInit.$Properties): transport_protocol.PsaAttestationInit;

        /**
         * Encodes the specified PsaAttestationInit message. Does not implicitly {@link transport_protocol.PsaAttestationInit.verify|verify} messages.
         * @param message PsaAttestationInit message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.PsaAttestationInit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PsaAttestationInit message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.PsaAttestationInit & transport_protocol.PsaAttestationInit.$Shape} PsaAttestationInit
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.PsaAttestationInit & transport_protocol.PsaAttestationInit.$Shape;

        /**
         * Creates a PsaAttestationInit message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns PsaAttestationInit
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.PsaAttestationInit;

        /**
         * Creates a plain object from a PsaAttestationInit message. Also converts values to other types if specified.
         * @param message PsaAttestationInit
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.PsaAttestationInit, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this PsaAttestationInit to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for PsaAttestationInit
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PsaAttestationInit {

        /** Properties of a PsaAttestationInit. */
        interface $Properties {

            /** PsaAttestationInit challenge */
            challenge?: (Uint8Array|null);

            /** PsaAttestationInit device_id */
            device_id?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PsaAttestationInit. */
        type $Shape = transport_protocol.PsaAttestationInit.$Properties;
    }

    /**
     * Properties of a NativePsaAttestationToken.
     * @deprecated Use transport_protocol.NativePsaAttestationToken.$Properties instead.
     */
    interface INativePsaAttestationToken extends transport_protocol.NativePsaAttestationToken.$Properties {
    }

    /** Represents a NativePsaAttestationToken. */
    class NativePsaAttestationToken {

        /**
         * Constructs a new NativePsaAttestationToken.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.NativePsaAttestationToken.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** NativePsaAttestationToken token. */
        token: Uint8Array;

        /** NativePsaAttestationToken device_id. */
        device_id: number;

        /** NativePsaAttestationToken csr. */
        csr: Uint8Array;

        /**
         * Creates a new NativePsaAttestationToken instance using the specified properties.
         * @param [properties] Properties to set
         * @returns NativePsaAttestationToken instance
         */
        static create(properties: transport_protocol.NativePsaAttestationToken.$Shape): transport_protocol.NativePsaAttestationToken & transport_protocol.NativePsaAttestationToken.$Shape;
        static create(properties?: transport_protocol.NativePsaAttestationToken.$Properties): transport_protocol.NativePsaAttestationToken;

        /**
         * Encodes the specified NativePsaAttestationToken message. Does not implicitly {@link transport_protocol.NativePsaAttestationToken.verify|verify} messages.
         * @param message NativePsaAttestationToken message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.NativePsaAttestationToken.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a NativePsaAttestationToken message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.NativePsaAttestationToken & transport_protocol.NativePsaAttestationToken.$Shape} NativePsaAttestationToken
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.NativePsaAttestationToken & transport_protocol.NativePsaAttestationToken.$Shape;

        /**
         * Creates a NativePsaAttestationToken message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns NativePsaAttestationToken
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.NativePsaAttestationToken;

        /**
         * Creates a plain object from a NativePsaAttestationToken message. Also converts values to other types if specified.
         * @param message NativePsaAttestationToken
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.NativePsaAttestationToken, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this NativePsaAttestationToken to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for NativePsaAttestationToken
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace NativePsaAttestationToken {

        /** Properties of a NativePsaAttestationToken. */
        interface $Properties {

            /** NativePsaAttestationToken token */
            token?: (Uint8Array|null);

            /** NativePsaAttestationToken device_id */
            device_id?: (number|null);

            /** NativePsaAttestationToken csr */
            csr?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a NativePsaAttestationToken. */
        type $Shape = transport_protocol.NativePsaAttestationToken.$Properties;
    }

    /**
     * Properties of a ProxyPsaAttestationToken.
     * @deprecated Use transport_protocol.ProxyPsaAttestationToken.$Properties instead.
     */
    interface IProxyPsaAttestationToken extends transport_protocol.ProxyPsaAttestationToken.$Properties {
    }

    /** Represents a ProxyPsaAttestationToken. */
    class ProxyPsaAttestationToken {

        /**
         * Constructs a new ProxyPsaAttestationToken.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.ProxyPsaAttestationToken.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ProxyPsaAttestationToken token. */
        token: Uint8Array;

        /** ProxyPsaAttestationToken pubkey. */
        pubkey: Uint8Array;

        /** ProxyPsaAttestationToken device_id. */
        device_id: number;

        /**
         * Creates a new ProxyPsaAttestationToken instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ProxyPsaAttestationToken instance
         */
        static create(properties: transport_protocol.ProxyPsaAttestationToken.$Shape): transport_protocol.ProxyPsaAttestationToken & transport_protocol.ProxyPsaAttestationToken.$Shape;
        static create(properties?: transport_protocol.ProxyPsaAttestationToken.$Properties): transport_protocol.ProxyPsaAttestationToken;

        /**
         * Encodes the specified ProxyPsaAttestationToken message. Does not implicitly {@link transport_protocol.ProxyPsaAttestationToken.verify|verify} messages.
         * @param message ProxyPsaAttestationToken message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.ProxyPsaAttestationToken.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ProxyPsaAttestationToken message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.ProxyPsaAttestationToken & transport_protocol.ProxyPsaAttestationToken.$Shape} ProxyPsaAttestationToken
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.ProxyPsaAttestationToken & transport_protocol.ProxyPsaAttestationToken.$Shape;

        /**
         * Creates a ProxyPsaAttestationToken message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns ProxyPsaAttestationToken
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.ProxyPsaAttestationToken;

        /**
         * Creates a plain object from a ProxyPsaAttestationToken message. Also converts values to other types if specified.
         * @param message ProxyPsaAttestationToken
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.ProxyPsaAttestationToken, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this ProxyPsaAttestationToken to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for ProxyPsaAttestationToken
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ProxyPsaAttestationToken {

        /** Properties of a ProxyPsaAttestationToken. */
        interface $Properties {

            /** ProxyPsaAttestationToken token */
            token?: (Uint8Array|null);

            /** ProxyPsaAttestationToken pubkey */
            pubkey?: (Uint8Array|null);

            /** ProxyPsaAttestationToken device_id */
            device_id?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ProxyPsaAttestationToken. */
        type $Shape = transport_protocol.ProxyPsaAttestationToken.$Properties;
    }

    /**
     * Properties of a CertChain.
     * @deprecated Use transport_protocol.CertChain.$Properties instead.
     */
    interface ICertChain extends transport_protocol.CertChain.$Properties {
    }

    /** Represents a CertChain. */
    class CertChain {

        /**
         * Constructs a new CertChain.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.CertChain.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** CertChain root_cert. */
        root_cert: Uint8Array;

        /** CertChain enclave_cert. */
        enclave_cert: Uint8Array;

        /**
         * Creates a new CertChain instance using the specified properties.
         * @param [properties] Properties to set
         * @returns CertChain instance
         */
        static create(properties: transport_protocol.CertChain.$Shape): transport_protocol.CertChain & transport_protocol.CertChain.$Shape;
        static create(properties?: transport_protocol.CertChain.$Properties): transport_protocol.CertChain;

        /**
         * Encodes the specified CertChain message. Does not implicitly {@link transport_protocol.CertChain.verify|verify} messages.
         * @param message CertChain message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.CertChain.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a CertChain message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.CertChain & transport_protocol.CertChain.$Shape} CertChain
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.CertChain & transport_protocol.CertChain.$Shape;

        /**
         * Creates a CertChain message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns CertChain
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.CertChain;

        /**
         * Creates a plain object from a CertChain message. Also converts values to other types if specified.
         * @param message CertChain
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.CertChain, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this CertChain to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for CertChain
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace CertChain {

        /** Properties of a CertChain. */
        interface $Properties {

            /** CertChain root_cert */
            root_cert?: (Uint8Array|null);

            /** CertChain enclave_cert */
            enclave_cert?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a CertChain. */
        type $Shape = transport_protocol.CertChain.$Properties;
    }

    /**
     * Properties of a Result.
     * @deprecated Use transport_protocol.Result.$Properties instead.
     */
    interface IResult extends transport_protocol.Result.$Properties {
    }

    /** Represents a Result. */
    class Result {

        /**
         * Constructs a new Result.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.Result.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Result data. */
        data: Uint8Array;

        /**
         * Creates a new Result instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Result instance
         */
        static create(properties: transport_protocol.Result.$Shape): transport_protocol.Result & transport_protocol.Result.$Shape;
        static create(properties?: transport_protocol.Result.$Properties): transport_protocol.Result;

        /**
         * Encodes the specified Result message. Does not implicitly {@link transport_protocol.Result.verify|verify} messages.
         * @param message Result message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.Result.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Result message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.Result & transport_protocol.Result.$Shape} Result
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.Result & transport_protocol.Result.$Shape;

        /**
         * Creates a Result message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Result
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.Result;

        /**
         * Creates a plain object from a Result message. Also converts values to other types if specified.
         * @param message Result
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.Result, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Result to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for Result
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Result {

        /** Properties of a Result. */
        interface $Properties {

            /** Result data */
            data?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Result. */
        type $Shape = transport_protocol.Result.$Properties;
    }

    /**
     * Properties of an ErrorCode.
     * @deprecated Use transport_protocol.ErrorCode.$Properties instead.
     */
    interface IErrorCode extends transport_protocol.ErrorCode.$Properties {
    }

    /** Represents an ErrorCode. */
    class ErrorCode {

        /**
         * Constructs a new ErrorCode.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.ErrorCode.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ErrorCode error. */
        error: Uint8Array;

        /** ErrorCode code. */
        code: string;

        /** ErrorCode message. */
        message: string;

        /**
         * Creates a new ErrorCode instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ErrorCode instance
         */
        static create(properties: transport_protocol.ErrorCode.$Shape): transport_protocol.ErrorCode & transport_protocol.ErrorCode.$Shape;
        static create(properties?: transport_protocol.ErrorCode.$Properties): transport_protocol.ErrorCode;

        /**
         * Encodes the specified ErrorCode message. Does not implicitly {@link transport_protocol.ErrorCode.verify|verify} messages.
         * @param message ErrorCode message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.ErrorCode.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ErrorCode message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.ErrorCode & transport_protocol.ErrorCode.$Shape} ErrorCode
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.ErrorCode & transport_protocol.ErrorCode.$Shape;

        /**
         * Creates an ErrorCode message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns ErrorCode
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.ErrorCode;

        /**
         * Creates a plain object from an ErrorCode message. Also converts values to other types if specified.
         * @param message ErrorCode
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.ErrorCode, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this ErrorCode to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for ErrorCode
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ErrorCode {

        /** Properties of an ErrorCode. */
        interface $Properties {

            /** ErrorCode error */
            error?: (Uint8Array|null);

            /** ErrorCode code */
            code?: (string|null);

            /** ErrorCode message */
            message?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ErrorCode. */
        type $Shape = transport_protocol.ErrorCode.$Properties;
    }

    /**
     * Properties of a PiHash.
     * @deprecated Use transport_protocol.PiHash.$Properties instead.
     */
    interface IPiHash extends transport_protocol.PiHash.$Properties {
    }

    /** Represents a PiHash. */
    class PiHash {

        /**
         * Constructs a new PiHash.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.PiHash.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PiHash data. */
        data: Uint8Array;

        /**
         * Creates a new PiHash instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PiHash instance
         */
        static create(properties: transport_protocol.PiHash.$Shape): transport_protocol.PiHash & transport_protocol.PiHash.$Shape;
        static create(properties?: transport_protocol.PiHash.$Properties): transport_protocol.PiHash;

        /**
         * Encodes the specified PiHash message. Does not implicitly {@link transport_protocol.PiHash.verify|verify} messages.
         * @param message PiHash message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.PiHash.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PiHash message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.PiHash & transport_protocol.PiHash.$Shape} PiHash
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.PiHash & transport_protocol.PiHash.$Shape;

        /**
         * Creates a PiHash message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns PiHash
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.PiHash;

        /**
         * Creates a plain object from a PiHash message. Also converts values to other types if specified.
         * @param message PiHash
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.PiHash, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this PiHash to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for PiHash
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PiHash {

        /** Properties of a PiHash. */
        interface $Properties {

            /** PiHash data */
            data?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PiHash. */
        type $Shape = transport_protocol.PiHash.$Properties;
    }

    /**
     * Properties of a PolicyHash.
     * @deprecated Use transport_protocol.PolicyHash.$Properties instead.
     */
    interface IPolicyHash extends transport_protocol.PolicyHash.$Properties {
    }

    /** Represents a PolicyHash. */
    class PolicyHash {

        /**
         * Constructs a new PolicyHash.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.PolicyHash.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PolicyHash data. */
        data: Uint8Array;

        /**
         * Creates a new PolicyHash instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PolicyHash instance
         */
        static create(properties: transport_protocol.PolicyHash.$Shape): transport_protocol.PolicyHash & transport_protocol.PolicyHash.$Shape;
        static create(properties?: transport_protocol.PolicyHash.$Properties): transport_protocol.PolicyHash;

        /**
         * Encodes the specified PolicyHash message. Does not implicitly {@link transport_protocol.PolicyHash.verify|verify} messages.
         * @param message PolicyHash message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.PolicyHash.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PolicyHash message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.PolicyHash & transport_protocol.PolicyHash.$Shape} PolicyHash
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.PolicyHash & transport_protocol.PolicyHash.$Shape;

        /**
         * Creates a PolicyHash message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns PolicyHash
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.PolicyHash;

        /**
         * Creates a plain object from a PolicyHash message. Also converts values to other types if specified.
         * @param message PolicyHash
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.PolicyHash, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this PolicyHash to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for PolicyHash
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PolicyHash {

        /** Properties of a PolicyHash. */
        interface $Properties {

            /** PolicyHash data */
            data?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PolicyHash. */
        type $Shape = transport_protocol.PolicyHash.$Properties;
    }

    /**
     * Properties of a Cert.
     * @deprecated Use transport_protocol.Cert.$Properties instead.
     */
    interface ICert extends transport_protocol.Cert.$Properties {
    }

    /** Represents a Cert. */
    class Cert {

        /**
         * Constructs a new Cert.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.Cert.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Cert data. */
        data: Uint8Array;

        /**
         * Creates a new Cert instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Cert instance
         */
        static create(properties: transport_protocol.Cert.$Shape): transport_protocol.Cert & transport_protocol.Cert.$Shape;
        static create(properties?: transport_protocol.Cert.$Properties): transport_protocol.Cert;

        /**
         * Encodes the specified Cert message. Does not implicitly {@link transport_protocol.Cert.verify|verify} messages.
         * @param message Cert message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.Cert.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Cert message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.Cert & transport_protocol.Cert.$Shape} Cert
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.Cert & transport_protocol.Cert.$Shape;

        /**
         * Creates a Cert message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Cert
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.Cert;

        /**
         * Creates a plain object from a Cert message. Also converts values to other types if specified.
         * @param message Cert
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.Cert, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Cert to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for Cert
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Cert {

        /** Properties of a Cert. */
        interface $Properties {

            /** Cert data */
            data?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Cert. */
        type $Shape = transport_protocol.Cert.$Properties;
    }

    /**
     * Properties of a State.
     * @deprecated Use transport_protocol.State.$Properties instead.
     */
    interface IState extends transport_protocol.State.$Properties {
    }

    /** Represents a State. */
    class State {

        /**
         * Constructs a new State.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.State.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** State state. */
        state: Uint8Array;

        /**
         * Creates a new State instance using the specified properties.
         * @param [properties] Properties to set
         * @returns State instance
         */
        static create(properties: transport_protocol.State.$Shape): transport_protocol.State & transport_protocol.State.$Shape;
        static create(properties?: transport_protocol.State.$Properties): transport_protocol.State;

        /**
         * Encodes the specified State message. Does not implicitly {@link transport_protocol.State.verify|verify} messages.
         * @param message State message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.State.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a State message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.State & transport_protocol.State.$Shape} State
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.State & transport_protocol.State.$Shape;

        /**
         * Creates a State message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns State
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.State;

        /**
         * Creates a plain object from a State message. Also converts values to other types if specified.
         * @param message State
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.State, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this State to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for State
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace State {

        /** Properties of a State. */
        interface $Properties {

            /** State state */
            state?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a State. */
        type $Shape = transport_protocol.State.$Properties;
    }

    /**
     * Properties of a RequestPiHash.
     * @deprecated Use transport_protocol.RequestPiHash.$Properties instead.
     */
    interface IRequestPiHash extends transport_protocol.RequestPiHash.$Properties {
    }

    /** Represents a RequestPiHash. */
    class RequestPiHash {

        /**
         * Constructs a new RequestPiHash.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.RequestPiHash.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RequestPiHash file_name. */
        file_name: string;

        /**
         * Creates a new RequestPiHash instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RequestPiHash instance
         */
        static create(properties: transport_protocol.RequestPiHash.$Shape): transport_protocol.RequestPiHash & transport_protocol.RequestPiHash.$Shape;
        static create(properties?: transport_protocol.RequestPiHash.$Properties): transport_protocol.RequestPiHash;

        /**
         * Encodes the specified RequestPiHash message. Does not implicitly {@link transport_protocol.RequestPiHash.verify|verify} messages.
         * @param message RequestPiHash message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.RequestPiHash.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RequestPiHash message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.RequestPiHash & transport_protocol.RequestPiHash.$Shape} RequestPiHash
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.RequestPiHash & transport_protocol.RequestPiHash.$Shape;

        /**
         * Creates a RequestPiHash message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns RequestPiHash
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.RequestPiHash;

        /**
         * Creates a plain object from a RequestPiHash message. Also converts values to other types if specified.
         * @param message RequestPiHash
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.RequestPiHash, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this RequestPiHash to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for RequestPiHash
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RequestPiHash {

        /** Properties of a RequestPiHash. */
        interface $Properties {

            /** RequestPiHash file_name */
            file_name?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RequestPiHash. */
        type $Shape = transport_protocol.RequestPiHash.$Properties;
    }

    /**
     * Properties of a RequestResult.
     * @deprecated Use transport_protocol.RequestResult.$Properties instead.
     */
    interface IRequestResult extends transport_protocol.RequestResult.$Properties {
    }

    /** Represents a RequestResult. */
    class RequestResult {

        /**
         * Constructs a new RequestResult.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.RequestResult.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RequestResult file_name. */
        file_name: string;

        /**
         * Creates a new RequestResult instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RequestResult instance
         */
        static create(properties: transport_protocol.RequestResult.$Shape): transport_protocol.RequestResult & transport_protocol.RequestResult.$Shape;
        static create(properties?: transport_protocol.RequestResult.$Properties): transport_protocol.RequestResult;

        /**
         * Encodes the specified RequestResult message. Does not implicitly {@link transport_protocol.RequestResult.verify|verify} messages.
         * @param message RequestResult message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.RequestResult.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RequestResult message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.RequestResult & transport_protocol.RequestResult.$Shape} RequestResult
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.RequestResult & transport_protocol.RequestResult.$Shape;

        /**
         * Creates a RequestResult message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns RequestResult
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.RequestResult;

        /**
         * Creates a plain object from a RequestResult message. Also converts values to other types if specified.
         * @param message RequestResult
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.RequestResult, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this RequestResult to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for RequestResult
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RequestResult {

        /** Properties of a RequestResult. */
        interface $Properties {

            /** RequestResult file_name */
            file_name?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RequestResult. */
        type $Shape = transport_protocol.RequestResult.$Properties;
    }

    /**
     * Properties of a RequestProxyPsaAttestationToken.
     * @deprecated Use transport_protocol.RequestProxyPsaAttestationToken.$Properties instead.
     */
    interface IRequestProxyPsaAttestationToken extends transport_protocol.RequestProxyPsaAttestationToken.$Properties {
    }

    /** Represents a RequestProxyPsaAttestationToken. */
    class RequestProxyPsaAttestationToken {

        /**
         * Constructs a new RequestProxyPsaAttestationToken.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.RequestProxyPsaAttestationToken.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RequestProxyPsaAttestationToken challenge. */
        challenge: Uint8Array;

        /**
         * Creates a new RequestProxyPsaAttestationToken instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RequestProxyPsaAttestationToken instance
         */
        static create(properties: transport_protocol.RequestProxyPsaAttestationToken.$Shape): transport_protocol.RequestProxyPsaAttestationToken & transport_protocol.RequestProxyPsaAttestationToken.$Shape;
        static create(properties?: transport_protocol.RequestProxyPsaAttestationToken.$Properties): transport_protocol.RequestProxyPsaAttestationToken;

        /**
         * Encodes the specified RequestProxyPsaAttestationToken message. Does not implicitly {@link transport_protocol.RequestProxyPsaAttestationToken.verify|verify} messages.
         * @param message RequestProxyPsaAttestationToken message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.RequestProxyPsaAttestationToken.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RequestProxyPsaAttestationToken message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.RequestProxyPsaAttestationToken & transport_protocol.RequestProxyPsaAttestationToken.$Shape} RequestProxyPsaAttestationToken
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.RequestProxyPsaAttestationToken & transport_protocol.RequestProxyPsaAttestationToken.$Shape;

        /**
         * Creates a RequestProxyPsaAttestationToken message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns RequestProxyPsaAttestationToken
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.RequestProxyPsaAttestationToken;

        /**
         * Creates a plain object from a RequestProxyPsaAttestationToken message. Also converts values to other types if specified.
         * @param message RequestProxyPsaAttestationToken
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.RequestProxyPsaAttestationToken, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this RequestProxyPsaAttestationToken to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for RequestProxyPsaAttestationToken
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RequestProxyPsaAttestationToken {

        /** Properties of a RequestProxyPsaAttestationToken. */
        interface $Properties {

            /** RequestProxyPsaAttestationToken challenge */
            challenge?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RequestProxyPsaAttestationToken. */
        type $Shape = transport_protocol.RequestProxyPsaAttestationToken.$Properties;
    }

    /**
     * Properties of a RequestCertificate.
     * @deprecated Use transport_protocol.RequestCertificate.$Properties instead.
     */
    interface IRequestCertificate extends transport_protocol.RequestCertificate.$Properties {
    }

    /** Represents a RequestCertificate. */
    class RequestCertificate {

        /**
         * Constructs a new RequestCertificate.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.RequestCertificate.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /**
         * Creates a new RequestCertificate instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RequestCertificate instance
         */
        static create(properties: transport_protocol.RequestCertificate.$Shape): transport_protocol.RequestCertificate & transport_protocol.RequestCertificate.$Shape;
        static create(properties?: transport_protocol.RequestCertificate.$Properties): transport_protocol.RequestCertificate;

        /**
         * Encodes the specified RequestCertificate message. Does not implicitly {@link transport_protocol.RequestCertificate.verify|verify} messages.
         * @param message RequestCertificate message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.RequestCertificate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RequestCertificate message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.RequestCertificate & transport_protocol.RequestCertificate.$Shape} RequestCertificate
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.RequestCertificate & transport_protocol.RequestCertificate.$Shape;

        /**
         * Creates a RequestCertificate message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns RequestCertificate
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.RequestCertificate;

        /**
         * Creates a plain object from a RequestCertificate message. Also converts values to other types if specified.
         * @param message RequestCertificate
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.RequestCertificate, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this RequestCertificate to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for RequestCertificate
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RequestCertificate {

        /** Properties of a RequestCertificate. */
        interface $Properties {

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RequestCertificate. */
        type $Shape = transport_protocol.RequestCertificate.$Properties;
    }

    /**
     * Properties of a RequestShutdown.
     * @deprecated Use transport_protocol.RequestShutdown.$Properties instead.
     */
    interface IRequestShutdown extends transport_protocol.RequestShutdown.$Properties {
    }

    /** Represents a RequestShutdown. */
    class RequestShutdown {

        /**
         * Constructs a new RequestShutdown.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.RequestShutdown.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /**
         * Creates a new RequestShutdown instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RequestShutdown instance
         */
        static create(properties: transport_protocol.RequestShutdown.$Shape): transport_protocol.RequestShutdown & transport_protocol.RequestShutdown.$Shape;
        static create(properties?: transport_protocol.RequestShutdown.$Properties): transport_protocol.RequestShutdown;

        /**
         * Encodes the specified RequestShutdown message. Does not implicitly {@link transport_protocol.RequestShutdown.verify|verify} messages.
         * @param message RequestShutdown message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.RequestShutdown.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RequestShutdown message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.RequestShutdown & transport_protocol.RequestShutdown.$Shape} RequestShutdown
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.RequestShutdown & transport_protocol.RequestShutdown.$Shape;

        /**
         * Creates a RequestShutdown message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns RequestShutdown
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.RequestShutdown;

        /**
         * Creates a plain object from a RequestShutdown message. Also converts values to other types if specified.
         * @param message RequestShutdown
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.RequestShutdown, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this RequestShutdown to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for RequestShutdown
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RequestShutdown {

        /** Properties of a RequestShutdown. */
        interface $Properties {

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RequestShutdown. */
        type $Shape = transport_protocol.RequestShutdown.$Properties;
    }

    /**
     * Properties of a RequestNextRound.
     * @deprecated Use transport_protocol.RequestNextRound.$Properties instead.
     */
    interface IRequestNextRound extends transport_protocol.RequestNextRound.$Properties {
    }

    /** Represents a RequestNextRound. */
    class RequestNextRound {

        /**
         * Constructs a new RequestNextRound.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.RequestNextRound.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /**
         * Creates a new RequestNextRound instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RequestNextRound instance
         */
        static create(properties: transport_protocol.RequestNextRound.$Shape): transport_protocol.RequestNextRound & transport_protocol.RequestNextRound.$Shape;
        static create(properties?: transport_protocol.RequestNextRound.$Properties): transport_protocol.RequestNextRound;

        /**
         * Encodes the specified RequestNextRound message. Does not implicitly {@link transport_protocol.RequestNextRound.verify|verify} messages.
         * @param message RequestNextRound message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.RequestNextRound.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RequestNextRound message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.RequestNextRound & transport_protocol.RequestNextRound.$Shape} RequestNextRound
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.RequestNextRound & transport_protocol.RequestNextRound.$Shape;

        /**
         * Creates a RequestNextRound message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns RequestNextRound
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.RequestNextRound;

        /**
         * Creates a plain object from a RequestNextRound message. Also converts values to other types if specified.
         * @param message RequestNextRound
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.RequestNextRound, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this RequestNextRound to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for RequestNextRound
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RequestNextRound {

        /** Properties of a RequestNextRound. */
        interface $Properties {

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RequestNextRound. */
        type $Shape = transport_protocol.RequestNextRound.$Properties;
    }

    /**
     * Properties of a RequestState.
     * @deprecated Use transport_protocol.RequestState.$Properties instead.
     */
    interface IRequestState extends transport_protocol.RequestState.$Properties {
    }

    /** Represents a RequestState. */
    class RequestState {

        /**
         * Constructs a new RequestState.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.RequestState.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /**
         * Creates a new RequestState instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RequestState instance
         */
        static create(properties: transport_protocol.RequestState.$Shape): transport_protocol.RequestState & transport_protocol.RequestState.$Shape;
        static create(properties?: transport_protocol.RequestState.$Properties): transport_protocol.RequestState;

        /**
         * Encodes the specified RequestState message. Does not implicitly {@link transport_protocol.RequestState.verify|verify} messages.
         * @param message RequestState message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.RequestState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RequestState message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.RequestState & transport_protocol.RequestState.$Shape} RequestState
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.RequestState & transport_protocol.RequestState.$Shape;

        /**
         * Creates a RequestState message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns RequestState
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.RequestState;

        /**
         * Creates a plain object from a RequestState message. Also converts values to other types if specified.
         * @param message RequestState
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.RequestState, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this RequestState to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for RequestState
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RequestState {

        /** Properties of a RequestState. */
        interface $Properties {

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RequestState. */
        type $Shape = transport_protocol.RequestState.$Properties;
    }

    /**
     * Properties of a RequestPolicyHash.
     * @deprecated Use transport_protocol.RequestPolicyHash.$Properties instead.
     */
    interface IRequestPolicyHash extends transport_protocol.RequestPolicyHash.$Properties {
    }

    /** Represents a RequestPolicyHash. */
    class RequestPolicyHash {

        /**
         * Constructs a new RequestPolicyHash.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.RequestPolicyHash.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /**
         * Creates a new RequestPolicyHash instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RequestPolicyHash instance
         */
        static create(properties: transport_protocol.RequestPolicyHash.$Shape): transport_protocol.RequestPolicyHash & transport_protocol.RequestPolicyHash.$Shape;
        static create(properties?: transport_protocol.RequestPolicyHash.$Properties): transport_protocol.RequestPolicyHash;

        /**
         * Encodes the specified RequestPolicyHash message. Does not implicitly {@link transport_protocol.RequestPolicyHash.verify|verify} messages.
         * @param message RequestPolicyHash message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.RequestPolicyHash.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RequestPolicyHash message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.RequestPolicyHash & transport_protocol.RequestPolicyHash.$Shape} RequestPolicyHash
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.RequestPolicyHash & transport_protocol.RequestPolicyHash.$Shape;

        /**
         * Creates a RequestPolicyHash message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns RequestPolicyHash
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.RequestPolicyHash;

        /**
         * Creates a plain object from a RequestPolicyHash message. Also converts values to other types if specified.
         * @param message RequestPolicyHash
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.RequestPolicyHash, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this RequestPolicyHash to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for RequestPolicyHash
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RequestPolicyHash {

        /** Properties of a RequestPolicyHash. */
        interface $Properties {

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RequestPolicyHash. */
        type $Shape = transport_protocol.RequestPolicyHash.$Properties;
    }

    /**
     * Properties of an Attest.
     * @deprecated Use transport_protocol.Attest.$Properties instead.
     */
    interface IAttest extends transport_protocol.Attest.$Properties {
    }

    /** Represents an Attest. */
    class Attest {

        /**
         * Constructs a new Attest.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.Attest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Attest nonce. */
        nonce: Uint8Array;

        /**
         * Creates a new Attest instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Attest instance
         */
        static create(properties: transport_protocol.Attest.$Shape): transport_protocol.Attest & transport_protocol.Attest.$Shape;
        static create(properties?: transport_protocol.Attest.$Properties): transport_protocol.Attest;

        /**
         * Encodes the specified Attest message. Does not implicitly {@link transport_protocol.Attest.verify|verify} messages.
         * @param message Attest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.Attest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Attest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.Attest & transport_protocol.Attest.$Shape} Attest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.Attest & transport_protocol.Attest.$Shape;

        /**
         * Creates an Attest message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Attest
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.Attest;

        /**
         * Creates a plain object from an Attest message. Also converts values to other types if specified.
         * @param message Attest
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.Attest, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Attest to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for Attest
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Attest {

        /** Properties of an Attest. */
        interface $Properties {

            /** Attest nonce */
            nonce?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Attest. */
        type $Shape = transport_protocol.Attest.$Properties;
    }

    /**
     * Properties of a ReadRange.
     * @deprecated Use transport_protocol.ReadRange.$Properties instead.
     */
    interface IReadRange extends transport_protocol.ReadRange.$Properties {
    }

    /** Represents a ReadRange. */
    class ReadRange {

        /**
         * Constructs a new ReadRange.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.ReadRange.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ReadRange file_name. */
        file_name: string;

        /** ReadRange offset. */
        offset: (number|Long);

        /** ReadRange length. */
        length: (number|Long);

        /**
         * Creates a new ReadRange instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ReadRange instance
         */
        static create(properties: transport_protocol.ReadRange.$Shape): transport_protocol.ReadRange & transport_protocol.ReadRange.$Shape;
        static create(properties?: transport_protocol.ReadRange.$Properties): transport_protocol.ReadRange;

        /**
         * Encodes the specified ReadRange message. Does not implicitly {@link transport_protocol.ReadRange.verify|verify} messages.
         * @param message ReadRange message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.ReadRange.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ReadRange message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.ReadRange & transport_protocol.ReadRange.$Shape} ReadRange
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.ReadRange & transport_protocol.ReadRange.$Shape;

        /**
         * Creates a ReadRange message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns ReadRange
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.ReadRange;

        /**
         * Creates a plain object from a ReadRange message. Also converts values to other types if specified.
         * @param message ReadRange
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.ReadRange, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this ReadRange to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for ReadRange
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ReadRange {

        /** Properties of a ReadRange. */
        interface $Properties {

            /** ReadRange file_name */
            file_name?: (string|null);

            /** ReadRange offset */
            offset?: (number|Long|null);

            /** ReadRange length */
            length?: (number|Long|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ReadRange. */
        type $Shape = transport_protocol.ReadRange.$Properties;
    }

    /**
     * Properties of a WriteChunk.
     * @deprecated Use transport_protocol.WriteChunk.$Properties instead.
     */
    interface IWriteChunk extends transport_protocol.WriteChunk.$Properties {
    }

    /** Represents a WriteChunk. */
    class WriteChunk {

        /**
         * Constructs a new WriteChunk.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.WriteChunk.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** WriteChunk file_name. */
        file_name: string;

        /** WriteChunk offset. */
        offset: (number|Long);

        /** WriteChunk data. */
        data: Uint8Array;

        /** WriteChunk truncate. */
        truncate: boolean;

        /** WriteChunk final. */
        final: boolean;

        /**
         * Creates a new WriteChunk instance using the specified properties.
         * @param [properties] Properties to set
         * @returns WriteChunk instance
         */
        static create(properties: transport_protocol.WriteChunk.$Shape): transport_protocol.WriteChunk & transport_protocol.WriteChunk.$Shape;
        static create(properties?: transport_protocol.WriteChunk.$Properties): transport_protocol.WriteChunk;

        /**
         * Encodes the specified WriteChunk message. Does not implicitly {@link transport_protocol.WriteChunk.verify|verify} messages.
         * @param message WriteChunk message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.WriteChunk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a WriteChunk message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.WriteChunk & transport_protocol.WriteChunk.$Shape} WriteChunk
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.WriteChunk & transport_protocol.WriteChunk.$Shape;

        /**
         * Creates a WriteChunk message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns WriteChunk
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.WriteChunk;

        /**
         * Creates a plain object from a WriteChunk message. Also converts values to other types if specified.
         * @param message WriteChunk
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.WriteChunk, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this WriteChunk to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for WriteChunk
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace WriteChunk {

        /** Properties of a WriteChunk. */
        interface $Properties {

            /** WriteChunk file_name */
            file_name?: (string|null);

            /** WriteChunk offset */
            offset?: (number|Long|null);

            /** WriteChunk data */
            data?: (Uint8Array|null);

            /** WriteChunk truncate */
            truncate?: (boolean|null);

            /** WriteChunk final */
            final?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a WriteChunk. */
        type $Shape = transport_protocol.WriteChunk.$Properties;
    }

    /**
     * Properties of a List.
     * @deprecated Use transport_protocol.List.$Properties instead.
     */
    interface IList extends transport_protocol.List.$Properties {
    }

    /** Represents a List. */
    class List {

        /**
         * Constructs a new List.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.List.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** List path. */
        path: string;

        /**
         * Creates a new List instance using the specified properties.
         * @param [properties] Properties to set
         * @returns List instance
         */
        static create(properties: transport_protocol.List.$Shape): transport_protocol.List & transport_protocol.List.$Shape;
        static create(properties?: transport_protocol.List.$Properties): transport_protocol.List;

        /**
         * Encodes the specified List message. Does not implicitly {@link transport_protocol.List.verify|verify} messages.
         * @param message List message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.List.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a List message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.List & transport_protocol.List.$Shape} List
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.List & transport_protocol.List.$Shape;

        /**
         * Creates a List message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns List
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.List;

        /**
         * Creates a plain object from a List message. Also converts values to other types if specified.
         * @param message List
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.List, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this List to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for List
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace List {

        /** Properties of a List. */
        interface $Properties {

            /** List path */
            path?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a List. */
        type $Shape = transport_protocol.List.$Properties;
    }

    /**
     * Properties of a Stat.
     * @deprecated Use transport_protocol.Stat.$Properties instead.
     */
    interface IStat extends transport_protocol.Stat.$Properties {
    }

    /** Represents a Stat. */
    class Stat {

        /**
         * Constructs a new Stat.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.Stat.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Stat path. */
        path: string;

        /**
         * Creates a new Stat instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Stat instance
         */
        static create(properties: transport_protocol.Stat.$Shape): transport_protocol.Stat & transport_protocol.Stat.$Shape;
        static create(properties?: transport_protocol.Stat.$Properties): transport_protocol.Stat;

        /**
         * Encodes the specified Stat message. Does not implicitly {@link transport_protocol.Stat.verify|verify} messages.
         * @param message Stat message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.Stat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Stat message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.Stat & transport_protocol.Stat.$Shape} Stat
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.Stat & transport_protocol.Stat.$Shape;

        /**
         * Creates a Stat message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Stat
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.Stat;

        /**
         * Creates a plain object from a Stat message. Also converts values to other types if specified.
         * @param message Stat
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.Stat, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Stat to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for Stat
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Stat {

        /** Properties of a Stat. */
        interface $Properties {

            /** Stat path */
            path?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Stat. */
        type $Shape = transport_protocol.Stat.$Properties;
    }

    /**
     * Properties of a Remove.
     * @deprecated Use transport_protocol.Remove.$Properties instead.
     */
    interface IRemove extends transport_protocol.Remove.$Properties {
    }

    /** Represents a Remove. */
    class Remove {

        /**
         * Constructs a new Remove.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.Remove.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Remove path. */
        path: string;

        /**
         * Creates a new Remove instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Remove instance
         */
        static create(properties: transport_protocol.Remove.$Shape): transport_protocol.Remove & transport_protocol.Remove.$Shape;
        static create(properties?: transport_protocol.Remove.$Properties): transport_protocol.Remove;

        /**
         * Encodes the specified Remove message. Does not implicitly {@link transport_protocol.Remove.verify|verify} messages.
         * @param message Remove message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.Remove.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Remove message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.Remove & transport_protocol.Remove.$Shape} Remove
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.Remove & transport_protocol.Remove.$Shape;

        /**
         * Creates a Remove message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Remove
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.Remove;

        /**
         * Creates a plain object from a Remove message. Also converts values to other types if specified.
         * @param message Remove
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.Remove, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Remove to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for Remove
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Remove {

        /** Properties of a Remove. */
        interface $Properties {

            /** Remove path */
            path?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Remove. */
        type $Shape = transport_protocol.Remove.$Properties;
    }

    /**
     * Properties of a Subscribe.
     * @deprecated Use transport_protocol.Subscribe.$Properties instead.
     */
    interface ISubscribe extends transport_protocol.Subscribe.$Properties {
    }

    /** Represents a Subscribe. */
    class Subscribe {

        /**
         * Constructs a new Subscribe.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.Subscribe.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Subscribe file_name. */
        file_name: string;

        /** Subscribe offset. */
        offset: (number|Long);

        /**
         * Creates a new Subscribe instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Subscribe instance
         */
        static create(properties: transport_protocol.Subscribe.$Shape): transport_protocol.Subscribe & transport_protocol.Subscribe.$Shape;
        static create(properties?: transport_protocol.Subscribe.$Properties): transport_protocol.Subscribe;

        /**
         * Encodes the specified Subscribe message. Does not implicitly {@link transport_protocol.Subscribe.verify|verify} messages.
         * @param message Subscribe message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.Subscribe.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Subscribe message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.Subscribe & transport_protocol.Subscribe.$Shape} Subscribe
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.Subscribe & transport_protocol.Subscribe.$Shape;

        /**
         * Creates a Subscribe message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Subscribe
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.Subscribe;

        /**
         * Creates a plain object from a Subscribe message. Also converts values to other types if specified.
         * @param message Subscribe
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.Subscribe, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Subscribe to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for Subscribe
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Subscribe {

        /** Properties of a Subscribe. */
        interface $Properties {

            /** Subscribe file_name */
            file_name?: (string|null);

            /** Subscribe offset */
            offset?: (number|Long|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Subscribe. */
        type $Shape = transport_protocol.Subscribe.$Properties;
    }

    /**
     * Properties of an EndLive.
     * @deprecated Use transport_protocol.EndLive.$Properties instead.
     */
    interface IEndLive extends transport_protocol.EndLive.$Properties {
    }

    /** Represents an EndLive. */
    class EndLive {

        /**
         * Constructs a new EndLive.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.EndLive.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** EndLive file_name. */
        file_name: string;

        /**
         * Creates a new EndLive instance using the specified properties.
         * @param [properties] Properties to set
         * @returns EndLive instance
         */
        static create(properties: transport_protocol.EndLive.$Shape): transport_protocol.EndLive & transport_protocol.EndLive.$Shape;
        static create(properties?: transport_protocol.EndLive.$Properties): transport_protocol.EndLive;

        /**
         * Encodes the specified EndLive message. Does not implicitly {@link transport_protocol.EndLive.verify|verify} messages.
         * @param message EndLive message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.EndLive.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an EndLive message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.EndLive & transport_protocol.EndLive.$Shape} EndLive
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.EndLive & transport_protocol.EndLive.$Shape;

        /**
         * Creates an EndLive message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns EndLive
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.EndLive;

        /**
         * Creates a plain object from an EndLive message. Also converts values to other types if specified.
         * @param message EndLive
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.EndLive, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this EndLive to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for EndLive
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace EndLive {

        /** Properties of an EndLive. */
        interface $Properties {

            /** EndLive file_name */
            file_name?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an EndLive. */
        type $Shape = transport_protocol.EndLive.$Properties;
    }

    /**
     * Properties of a Cancel.
     * @deprecated Use transport_protocol.Cancel.$Properties instead.
     */
    interface ICancel extends transport_protocol.Cancel.$Properties {
    }

    /** Represents a Cancel. */
    class Cancel {

        /**
         * Constructs a new Cancel.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.Cancel.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Cancel context. */
        context: number;

        /**
         * Creates a new Cancel instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Cancel instance
         */
        static create(properties: transport_protocol.Cancel.$Shape): transport_protocol.Cancel & transport_protocol.Cancel.$Shape;
        static create(properties?: transport_protocol.Cancel.$Properties): transport_protocol.Cancel;

        /**
         * Encodes the specified Cancel message. Does not implicitly {@link transport_protocol.Cancel.verify|verify} messages.
         * @param message Cancel message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.Cancel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Cancel message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.Cancel & transport_protocol.Cancel.$Shape} Cancel
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.Cancel & transport_protocol.Cancel.$Shape;

        /**
         * Creates a Cancel message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Cancel
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.Cancel;

        /**
         * Creates a plain object from a Cancel message. Also converts values to other types if specified.
         * @param message Cancel
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.Cancel, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Cancel to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for Cancel
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Cancel {

        /** Properties of a Cancel. */
        interface $Properties {

            /** Cancel context */
            context?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Cancel. */
        type $Shape = transport_protocol.Cancel.$Properties;
    }

    /**
     * Properties of a RequestReceipt.
     * @deprecated Use transport_protocol.RequestReceipt.$Properties instead.
     */
    interface IRequestReceipt extends transport_protocol.RequestReceipt.$Properties {
    }

    /** Represents a RequestReceipt. */
    class RequestReceipt {

        /**
         * Constructs a new RequestReceipt.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.RequestReceipt.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RequestReceipt context. */
        context: number;

        /** RequestReceipt file_name. */
        file_name: string;

        /**
         * Creates a new RequestReceipt instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RequestReceipt instance
         */
        static create(properties: transport_protocol.RequestReceipt.$Shape): transport_protocol.RequestReceipt & transport_protocol.RequestReceipt.$Shape;
        static create(properties?: transport_protocol.RequestReceipt.$Properties): transport_protocol.RequestReceipt;

        /**
         * Encodes the specified RequestReceipt message. Does not implicitly {@link transport_protocol.RequestReceipt.verify|verify} messages.
         * @param message RequestReceipt message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.RequestReceipt.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RequestReceipt message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.RequestReceipt & transport_protocol.RequestReceipt.$Shape} RequestReceipt
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.RequestReceipt & transport_protocol.RequestReceipt.$Shape;

        /**
         * Creates a RequestReceipt message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns RequestReceipt
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.RequestReceipt;

        /**
         * Creates a plain object from a RequestReceipt message. Also converts values to other types if specified.
         * @param message RequestReceipt
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.RequestReceipt, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this RequestReceipt to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for RequestReceipt
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RequestReceipt {

        /** Properties of a RequestReceipt. */
        interface $Properties {

            /** RequestReceipt context */
            context?: (number|null);

            /** RequestReceipt file_name */
            file_name?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RequestReceipt. */
        type $Shape = transport_protocol.RequestReceipt.$Properties;
    }

    /**
     * Properties of an Attestation.
     * @deprecated Use transport_protocol.Attestation.$Properties instead.
     */
    interface IAttestation extends transport_protocol.Attestation.$Properties {
    }

    /** Represents an Attestation. */
    class Attestation {

        /**
         * Constructs a new Attestation.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.Attestation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Attestation document. */
        document: Uint8Array;

        /** Attestation instance_id. */
        instance_id: Uint8Array;

        /**
         * Creates a new Attestation instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Attestation instance
         */
        static create(properties: transport_protocol.Attestation.$Shape): transport_protocol.Attestation & transport_protocol.Attestation.$Shape;
        static create(properties?: transport_protocol.Attestation.$Properties): transport_protocol.Attestation;

        /**
         * Encodes the specified Attestation message. Does not implicitly {@link transport_protocol.Attestation.verify|verify} messages.
         * @param message Attestation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.Attestation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Attestation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.Attestation & transport_protocol.Attestation.$Shape} Attestation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.Attestation & transport_protocol.Attestation.$Shape;

        /**
         * Creates an Attestation message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Attestation
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.Attestation;

        /**
         * Creates a plain object from an Attestation message. Also converts values to other types if specified.
         * @param message Attestation
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.Attestation, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Attestation to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for Attestation
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Attestation {

        /** Properties of an Attestation. */
        interface $Properties {

            /** Attestation document */
            document?: (Uint8Array|null);

            /** Attestation instance_id */
            instance_id?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Attestation. */
        type $Shape = transport_protocol.Attestation.$Properties;
    }

    /**
     * Properties of a Range.
     * @deprecated Use transport_protocol.Range.$Properties instead.
     */
    interface IRange extends transport_protocol.Range.$Properties {
    }

    /** Represents a Range. */
    class Range {

        /**
         * Constructs a new Range.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.Range.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Range data. */
        data: Uint8Array;

        /** Range eof. */
        eof: boolean;

        /**
         * Creates a new Range instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Range instance
         */
        static create(properties: transport_protocol.Range.$Shape): transport_protocol.Range & transport_protocol.Range.$Shape;
        static create(properties?: transport_protocol.Range.$Properties): transport_protocol.Range;

        /**
         * Encodes the specified Range message. Does not implicitly {@link transport_protocol.Range.verify|verify} messages.
         * @param message Range message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.Range.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Range message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.Range & transport_protocol.Range.$Shape} Range
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.Range & transport_protocol.Range.$Shape;

        /**
         * Creates a Range message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Range
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.Range;

        /**
         * Creates a plain object from a Range message. Also converts values to other types if specified.
         * @param message Range
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.Range, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Range to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for Range
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Range {

        /** Properties of a Range. */
        interface $Properties {

            /** Range data */
            data?: (Uint8Array|null);

            /** Range eof */
            eof?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Range. */
        type $Shape = transport_protocol.Range.$Properties;
    }

    /**
     * Properties of a ListingEntry.
     * @deprecated Use transport_protocol.ListingEntry.$Properties instead.
     */
    interface IListingEntry extends transport_protocol.ListingEntry.$Properties {
    }

    /** Represents a ListingEntry. */
    class ListingEntry {

        /**
         * Constructs a new ListingEntry.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.ListingEntry.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ListingEntry name. */
        name: string;

        /** ListingEntry type. */
        type: number;

        /** ListingEntry size. */
        size: (number|Long);

        /**
         * Creates a new ListingEntry instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ListingEntry instance
         */
        static create(properties: transport_protocol.ListingEntry.$Shape): transport_protocol.ListingEntry & transport_protocol.ListingEntry.$Shape;
        static create(properties?: transport_protocol.ListingEntry.$Properties): transport_protocol.ListingEntry;

        /**
         * Encodes the specified ListingEntry message. Does not implicitly {@link transport_protocol.ListingEntry.verify|verify} messages.
         * @param message ListingEntry message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.ListingEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ListingEntry message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.ListingEntry & transport_protocol.ListingEntry.$Shape} ListingEntry
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.ListingEntry & transport_protocol.ListingEntry.$Shape;

        /**
         * Creates a ListingEntry message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns ListingEntry
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.ListingEntry;

        /**
         * Creates a plain object from a ListingEntry message. Also converts values to other types if specified.
         * @param message ListingEntry
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.ListingEntry, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this ListingEntry to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for ListingEntry
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ListingEntry {

        /** Properties of a ListingEntry. */
        interface $Properties {

            /** ListingEntry name */
            name?: (string|null);

            /** ListingEntry type */
            type?: (number|null);

            /** ListingEntry size */
            size?: (number|Long|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ListingEntry. */
        type $Shape = transport_protocol.ListingEntry.$Properties;
    }

    /**
     * Properties of a Listing.
     * @deprecated Use transport_protocol.Listing.$Properties instead.
     */
    interface IListing extends transport_protocol.Listing.$Properties {
    }

    /** Represents a Listing. */
    class Listing {

        /**
         * Constructs a new Listing.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.Listing.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Listing entries. */
        entries: transport_protocol.ListingEntry.$Properties[];

        /**
         * Creates a new Listing instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Listing instance
         */
        static create(properties: transport_protocol.Listing.$Shape): transport_protocol.Listing & transport_protocol.Listing.$Shape;
        static create(properties?: transport_protocol.Listing.$Properties): transport_protocol.Listing;

        /**
         * Encodes the specified Listing message. Does not implicitly {@link transport_protocol.Listing.verify|verify} messages.
         * @param message Listing message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.Listing.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Listing message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.Listing & transport_protocol.Listing.$Shape} Listing
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.Listing & transport_protocol.Listing.$Shape;

        /**
         * Creates a Listing message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Listing
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.Listing;

        /**
         * Creates a plain object from a Listing message. Also converts values to other types if specified.
         * @param message Listing
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.Listing, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Listing to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for Listing
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Listing {

        /** Properties of a Listing. */
        interface $Properties {

            /** Listing entries */
            entries?: (transport_protocol.ListingEntry.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Listing. */
        type $Shape = transport_protocol.Listing.$Properties;
    }

    /**
     * Properties of a FileStat.
     * @deprecated Use transport_protocol.FileStat.$Properties instead.
     */
    interface IFileStat extends transport_protocol.FileStat.$Properties {
    }

    /** Represents a FileStat. */
    class FileStat {

        /**
         * Constructs a new FileStat.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.FileStat.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** FileStat type. */
        type: number;

        /** FileStat size. */
        size: (number|Long);

        /** FileStat rights. */
        rights: number;

        /**
         * Creates a new FileStat instance using the specified properties.
         * @param [properties] Properties to set
         * @returns FileStat instance
         */
        static create(properties: transport_protocol.FileStat.$Shape): transport_protocol.FileStat & transport_protocol.FileStat.$Shape;
        static create(properties?: transport_protocol.FileStat.$Properties): transport_protocol.FileStat;

        /**
         * Encodes the specified FileStat message. Does not implicitly {@link transport_protocol.FileStat.verify|verify} messages.
         * @param message FileStat message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.FileStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a FileStat message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.FileStat & transport_protocol.FileStat.$Shape} FileStat
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.FileStat & transport_protocol.FileStat.$Shape;

        /**
         * Creates a FileStat message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns FileStat
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.FileStat;

        /**
         * Creates a plain object from a FileStat message. Also converts values to other types if specified.
         * @param message FileStat
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.FileStat, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this FileStat to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for FileStat
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace FileStat {

        /** Properties of a FileStat. */
        interface $Properties {

            /** FileStat type */
            type?: (number|null);

            /** FileStat size */
            size?: (number|Long|null);

            /** FileStat rights */
            rights?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a FileStat. */
        type $Shape = transport_protocol.FileStat.$Properties;
    }

    /**
     * Properties of a Live.
     * @deprecated Use transport_protocol.Live.$Properties instead.
     */
    interface ILive extends transport_protocol.Live.$Properties {
    }

    /** Represents a Live. */
    class Live {

        /**
         * Constructs a new Live.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.Live.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Live file_name. */
        file_name: string;

        /** Live offset. */
        offset: (number|Long);

        /** Live data. */
        data: Uint8Array;

        /** Live ended. */
        ended: boolean;

        /**
         * Creates a new Live instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Live instance
         */
        static create(properties: transport_protocol.Live.$Shape): transport_protocol.Live & transport_protocol.Live.$Shape;
        static create(properties?: transport_protocol.Live.$Properties): transport_protocol.Live;

        /**
         * Encodes the specified Live message. Does not implicitly {@link transport_protocol.Live.verify|verify} messages.
         * @param message Live message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.Live.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Live message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.Live & transport_protocol.Live.$Shape} Live
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.Live & transport_protocol.Live.$Shape;

        /**
         * Creates a Live message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Live
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.Live;

        /**
         * Creates a plain object from a Live message. Also converts values to other types if specified.
         * @param message Live
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.Live, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Live to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for Live
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Live {

        /** Properties of a Live. */
        interface $Properties {

            /** Live file_name */
            file_name?: (string|null);

            /** Live offset */
            offset?: (number|Long|null);

            /** Live data */
            data?: (Uint8Array|null);

            /** Live ended */
            ended?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Live. */
        type $Shape = transport_protocol.Live.$Properties;
    }

    /**
     * Properties of a Receipt.
     * @deprecated Use transport_protocol.Receipt.$Properties instead.
     */
    interface IReceipt extends transport_protocol.Receipt.$Properties {
    }

    /** Represents a Receipt. */
    class Receipt {

        /**
         * Constructs a new Receipt.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.Receipt.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Receipt data. */
        data: Uint8Array;

        /** Receipt signature. */
        signature: Uint8Array;

        /** Receipt document. */
        document: Uint8Array;

        /** Receipt openings. */
        openings: Uint8Array;

        /**
         * Creates a new Receipt instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Receipt instance
         */
        static create(properties: transport_protocol.Receipt.$Shape): transport_protocol.Receipt & transport_protocol.Receipt.$Shape;
        static create(properties?: transport_protocol.Receipt.$Properties): transport_protocol.Receipt;

        /**
         * Encodes the specified Receipt message. Does not implicitly {@link transport_protocol.Receipt.verify|verify} messages.
         * @param message Receipt message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.Receipt.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Receipt message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.Receipt & transport_protocol.Receipt.$Shape} Receipt
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.Receipt & transport_protocol.Receipt.$Shape;

        /**
         * Creates a Receipt message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Receipt
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.Receipt;

        /**
         * Creates a plain object from a Receipt message. Also converts values to other types if specified.
         * @param message Receipt
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.Receipt, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Receipt to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for Receipt
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Receipt {

        /** Properties of a Receipt. */
        interface $Properties {

            /** Receipt data */
            data?: (Uint8Array|null);

            /** Receipt signature */
            signature?: (Uint8Array|null);

            /** Receipt document */
            document?: (Uint8Array|null);

            /** Receipt openings */
            openings?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Receipt. */
        type $Shape = transport_protocol.Receipt.$Properties;
    }

    /** ResponseStatus enum. */
    enum ResponseStatus {

        /** UNSET value */
        UNSET = 0,

        /** SUCCESS value */
        SUCCESS = 1,

        /** FAILED_INVALID_ROLE value */
        FAILED_INVALID_ROLE = 2,

        /** FAILED_NOT_READY value */
        FAILED_NOT_READY = 3,

        /** FAILED_GENERIC value */
        FAILED_GENERIC = 4,

        /** FAILED_VM_ERROR value */
        FAILED_VM_ERROR = 5,

        /** FAILED_ERROR_CODE_RETURNED value */
        FAILED_ERROR_CODE_RETURNED = 6,

        /** FAILED_INVALID_REQUEST value */
        FAILED_INVALID_REQUEST = 7
    }

    /**
     * Properties of a RuntimeManagerRequest.
     * @deprecated Use transport_protocol.RuntimeManagerRequest.$Properties instead.
     */
    interface IRuntimeManagerRequest extends transport_protocol.RuntimeManagerRequest.$Properties {
    }

    /** Represents a RuntimeManagerRequest. */
    class RuntimeManagerRequest {

        /**
         * Constructs a new RuntimeManagerRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.RuntimeManagerRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RuntimeManagerRequest context. */
        context: number;

        /** RuntimeManagerRequest write_file. */
        write_file?: (transport_protocol.Data.$Properties|null);

        /** RuntimeManagerRequest append_file. */
        append_file?: (transport_protocol.Data.$Properties|null);

        /** RuntimeManagerRequest request_pi_hash. */
        request_pi_hash?: (transport_protocol.RequestPiHash.$Properties|null);

        /** RuntimeManagerRequest request_result. */
        request_result?: (transport_protocol.RequestResult.$Properties|null);

        /** RuntimeManagerRequest request_proxy_psa_attestation_token. */
        request_proxy_psa_attestation_token?: (transport_protocol.RequestProxyPsaAttestationToken.$Properties|null);

        /** RuntimeManagerRequest request_shutdown. */
        request_shutdown?: (transport_protocol.RequestShutdown.$Properties|null);

        /** RuntimeManagerRequest psa_attestation_init. */
        psa_attestation_init?: (transport_protocol.PsaAttestationInit.$Properties|null);

        /** RuntimeManagerRequest request_policy_hash. */
        request_policy_hash?: (transport_protocol.RequestPolicyHash.$Properties|null);

        /** RuntimeManagerRequest read_file. */
        read_file?: (transport_protocol.Read.$Properties|null);

        /** RuntimeManagerRequest request_pipeline. */
        request_pipeline?: (transport_protocol.RequestResult.$Properties|null);

        /** RuntimeManagerRequest attest. */
        attest?: (transport_protocol.Attest.$Properties|null);

        /** RuntimeManagerRequest read_range. */
        read_range?: (transport_protocol.ReadRange.$Properties|null);

        /** RuntimeManagerRequest write_chunk. */
        write_chunk?: (transport_protocol.WriteChunk.$Properties|null);

        /** RuntimeManagerRequest list. */
        list?: (transport_protocol.List.$Properties|null);

        /** RuntimeManagerRequest stat. */
        stat?: (transport_protocol.Stat.$Properties|null);

        /** RuntimeManagerRequest remove. */
        remove?: (transport_protocol.Remove.$Properties|null);

        /** RuntimeManagerRequest subscribe. */
        subscribe?: (transport_protocol.Subscribe.$Properties|null);

        /** RuntimeManagerRequest end_live. */
        end_live?: (transport_protocol.EndLive.$Properties|null);

        /** RuntimeManagerRequest cancel. */
        cancel?: (transport_protocol.Cancel.$Properties|null);

        /** RuntimeManagerRequest receipt. */
        receipt?: (transport_protocol.RequestReceipt.$Properties|null);

        /** RuntimeManagerRequest message_oneof. */
        message_oneof?: ("write_file"|"append_file"|"request_pi_hash"|"request_result"|"request_proxy_psa_attestation_token"|"request_shutdown"|"psa_attestation_init"|"request_policy_hash"|"read_file"|"request_pipeline"|"attest"|"read_range"|"write_chunk"|"list"|"stat"|"remove"|"subscribe"|"end_live"|"cancel"|"receipt");

        /**
         * Creates a new RuntimeManagerRequest instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RuntimeManagerRequest instance
         */
        static create(properties: transport_protocol.RuntimeManagerRequest.$Shape): transport_protocol.RuntimeManagerRequest & transport_protocol.RuntimeManagerRequest.$Shape;
        static create(properties?: transport_protocol.RuntimeManagerRequest.$Properties): transport_protocol.RuntimeManagerRequest;

        /**
         * Encodes the specified RuntimeManagerRequest message. Does not implicitly {@link transport_protocol.RuntimeManagerRequest.verify|verify} messages.
         * @param message RuntimeManagerRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.RuntimeManagerRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RuntimeManagerRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.RuntimeManagerRequest & transport_protocol.RuntimeManagerRequest.$Shape} RuntimeManagerRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.RuntimeManagerRequest & transport_protocol.RuntimeManagerRequest.$Shape;

        /**
         * Creates a RuntimeManagerRequest message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns RuntimeManagerRequest
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.RuntimeManagerRequest;

        /**
         * Creates a plain object from a RuntimeManagerRequest message. Also converts values to other types if specified.
         * @param message RuntimeManagerRequest
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.RuntimeManagerRequest, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this RuntimeManagerRequest to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for RuntimeManagerRequest
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RuntimeManagerRequest {

        /** Properties of a RuntimeManagerRequest. */
        interface $Properties {

            /** RuntimeManagerRequest context */
            context?: (number|null);

            /** RuntimeManagerRequest write_file */
            write_file?: (transport_protocol.Data.$Properties|null);

            /** RuntimeManagerRequest append_file */
            append_file?: (transport_protocol.Data.$Properties|null);

            /** RuntimeManagerRequest request_pi_hash */
            request_pi_hash?: (transport_protocol.RequestPiHash.$Properties|null);

            /** RuntimeManagerRequest request_result */
            request_result?: (transport_protocol.RequestResult.$Properties|null);

            /** RuntimeManagerRequest request_proxy_psa_attestation_token */
            request_proxy_psa_attestation_token?: (transport_protocol.RequestProxyPsaAttestationToken.$Properties|null);

            /** RuntimeManagerRequest request_shutdown */
            request_shutdown?: (transport_protocol.RequestShutdown.$Properties|null);

            /** RuntimeManagerRequest psa_attestation_init */
            psa_attestation_init?: (transport_protocol.PsaAttestationInit.$Properties|null);

            /** RuntimeManagerRequest request_policy_hash */
            request_policy_hash?: (transport_protocol.RequestPolicyHash.$Properties|null);

            /** RuntimeManagerRequest read_file */
            read_file?: (transport_protocol.Read.$Properties|null);

            /** RuntimeManagerRequest request_pipeline */
            request_pipeline?: (transport_protocol.RequestResult.$Properties|null);

            /** RuntimeManagerRequest attest */
            attest?: (transport_protocol.Attest.$Properties|null);

            /** RuntimeManagerRequest read_range */
            read_range?: (transport_protocol.ReadRange.$Properties|null);

            /** RuntimeManagerRequest write_chunk */
            write_chunk?: (transport_protocol.WriteChunk.$Properties|null);

            /** RuntimeManagerRequest list */
            list?: (transport_protocol.List.$Properties|null);

            /** RuntimeManagerRequest stat */
            stat?: (transport_protocol.Stat.$Properties|null);

            /** RuntimeManagerRequest remove */
            remove?: (transport_protocol.Remove.$Properties|null);

            /** RuntimeManagerRequest subscribe */
            subscribe?: (transport_protocol.Subscribe.$Properties|null);

            /** RuntimeManagerRequest end_live */
            end_live?: (transport_protocol.EndLive.$Properties|null);

            /** RuntimeManagerRequest cancel */
            cancel?: (transport_protocol.Cancel.$Properties|null);

            /** RuntimeManagerRequest receipt */
            receipt?: (transport_protocol.RequestReceipt.$Properties|null);

            /** RuntimeManagerRequest message_oneof */
            message_oneof?: ("write_file"|"append_file"|"request_pi_hash"|"request_result"|"request_proxy_psa_attestation_token"|"request_shutdown"|"psa_attestation_init"|"request_policy_hash"|"read_file"|"request_pipeline"|"attest"|"read_range"|"write_chunk"|"list"|"stat"|"remove"|"subscribe"|"end_live"|"cancel"|"receipt");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a RuntimeManagerRequest. */
        type $Shape = {
          context?: number|null;
          write_file?: transport_protocol.Data.$Shape|null;
          append_file?: transport_protocol.Data.$Shape|null;
          request_pi_hash?: transport_protocol.RequestPiHash.$Shape|null;
          request_result?: transport_protocol.RequestResult.$Shape|null;
          request_proxy_psa_attestation_token?: transport_protocol.RequestProxyPsaAttestationToken.$Shape|null;
          request_shutdown?: transport_protocol.RequestShutdown.$Shape|null;
          psa_attestation_init?: transport_protocol.PsaAttestationInit.$Shape|null;
          request_policy_hash?: transport_protocol.RequestPolicyHash.$Shape|null;
          read_file?: transport_protocol.Read.$Shape|null;
          request_pipeline?: transport_protocol.RequestResult.$Shape|null;
          attest?: transport_protocol.Attest.$Shape|null;
          read_range?: transport_protocol.ReadRange.$Shape|null;
          write_chunk?: transport_protocol.WriteChunk.$Shape|null;
          list?: transport_protocol.List.$Shape|null;
          stat?: transport_protocol.Stat.$Shape|null;
          remove?: transport_protocol.Remove.$Shape|null;
          subscribe?: transport_protocol.Subscribe.$Shape|null;
          end_live?: transport_protocol.EndLive.$Shape|null;
          cancel?: transport_protocol.Cancel.$Shape|null;
          receipt?: transport_protocol.RequestReceipt.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ message_oneof?: undefined; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "write_file"; write_file: transport_protocol.Data.$Shape; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "append_file"; write_file?: null; append_file: transport_protocol.Data.$Shape; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "request_pi_hash"; write_file?: null; append_file?: null; request_pi_hash: transport_protocol.RequestPiHash.$Shape; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "request_result"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result: transport_protocol.RequestResult.$Shape; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "request_proxy_psa_attestation_token"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token: transport_protocol.RequestProxyPsaAttestationToken.$Shape; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "request_shutdown"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown: transport_protocol.RequestShutdown.$Shape; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "psa_attestation_init"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init: transport_protocol.PsaAttestationInit.$Shape; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "request_policy_hash"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash: transport_protocol.RequestPolicyHash.$Shape; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "read_file"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file: transport_protocol.Read.$Shape; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "request_pipeline"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline: transport_protocol.RequestResult.$Shape; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "attest"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest: transport_protocol.Attest.$Shape; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "read_range"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range: transport_protocol.ReadRange.$Shape; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "write_chunk"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk: transport_protocol.WriteChunk.$Shape; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "list"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list: transport_protocol.List.$Shape; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "stat"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat: transport_protocol.Stat.$Shape; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "remove"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove: transport_protocol.Remove.$Shape; subscribe?: null; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "subscribe"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe: transport_protocol.Subscribe.$Shape; end_live?: null; cancel?: null; receipt?: null }|{ message_oneof?: "end_live"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live: transport_protocol.EndLive.$Shape; cancel?: null; receipt?: null }|{ message_oneof?: "cancel"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel: transport_protocol.Cancel.$Shape; receipt?: null }|{ message_oneof?: "receipt"; write_file?: null; append_file?: null; request_pi_hash?: null; request_result?: null; request_proxy_psa_attestation_token?: null; request_shutdown?: null; psa_attestation_init?: null; request_policy_hash?: null; read_file?: null; request_pipeline?: null; attest?: null; read_range?: null; write_chunk?: null; list?: null; stat?: null; remove?: null; subscribe?: null; end_live?: null; cancel?: null; receipt: transport_protocol.RequestReceipt.$Shape })
        );
    }

    /**
     * Properties of a RuntimeManagerResponse.
     * @deprecated Use transport_protocol.RuntimeManagerResponse.$Properties instead.
     */
    interface IRuntimeManagerResponse extends transport_protocol.RuntimeManagerResponse.$Properties {
    }

    /** Represents a RuntimeManagerResponse. */
    class RuntimeManagerResponse {

        /**
         * Constructs a new RuntimeManagerResponse.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.RuntimeManagerResponse.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RuntimeManagerResponse status. */
        status: transport_protocol.ResponseStatus;

        /** RuntimeManagerResponse context. */
        context: number;

        /** RuntimeManagerResponse result. */
        result?: (transport_protocol.Result.$Properties|null);

        /** RuntimeManagerResponse pi_hash. */
        pi_hash?: (transport_protocol.PiHash.$Properties|null);

        /** RuntimeManagerResponse error. */
        error?: (transport_protocol.ErrorCode.$Properties|null);

        /** RuntimeManagerResponse state. */
        state?: (transport_protocol.State.$Properties|null);

        /** RuntimeManagerResponse policy_hash. */
        policy_hash?: (transport_protocol.PolicyHash.$Properties|null);

        /** RuntimeManagerResponse cert. */
        cert?: (transport_protocol.Cert.$Properties|null);

        /** RuntimeManagerResponse attestation. */
        attestation?: (transport_protocol.Attestation.$Properties|null);

        /** RuntimeManagerResponse range. */
        range?: (transport_protocol.Range.$Properties|null);

        /** RuntimeManagerResponse listing. */
        listing?: (transport_protocol.Listing.$Properties|null);

        /** RuntimeManagerResponse file_stat. */
        file_stat?: (transport_protocol.FileStat.$Properties|null);

        /** RuntimeManagerResponse live. */
        live?: (transport_protocol.Live.$Properties|null);

        /** RuntimeManagerResponse receipt. */
        receipt?: (transport_protocol.Receipt.$Properties|null);

        /** RuntimeManagerResponse message_oneof. */
        message_oneof?: ("result"|"pi_hash"|"error"|"state"|"policy_hash"|"cert"|"attestation"|"range"|"listing"|"file_stat"|"live"|"receipt");

        /**
         * Creates a new RuntimeManagerResponse instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RuntimeManagerResponse instance
         */
        static create(properties: transport_protocol.RuntimeManagerResponse.$Shape): transport_protocol.RuntimeManagerResponse & transport_protocol.RuntimeManagerResponse.$Shape;
        static create(properties?: transport_protocol.RuntimeManagerResponse.$Properties): transport_protocol.RuntimeManagerResponse;

        /**
         * Encodes the specified RuntimeManagerResponse message. Does not implicitly {@link transport_protocol.RuntimeManagerResponse.verify|verify} messages.
         * @param message RuntimeManagerResponse message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.RuntimeManagerResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RuntimeManagerResponse message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.RuntimeManagerResponse & transport_protocol.RuntimeManagerResponse.$Shape} RuntimeManagerResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.RuntimeManagerResponse & transport_protocol.RuntimeManagerResponse.$Shape;

        /**
         * Creates a RuntimeManagerResponse message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns RuntimeManagerResponse
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.RuntimeManagerResponse;

        /**
         * Creates a plain object from a RuntimeManagerResponse message. Also converts values to other types if specified.
         * @param message RuntimeManagerResponse
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.RuntimeManagerResponse, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this RuntimeManagerResponse to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for RuntimeManagerResponse
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RuntimeManagerResponse {

        /** Properties of a RuntimeManagerResponse. */
        interface $Properties {

            /** RuntimeManagerResponse status */
            status?: (transport_protocol.ResponseStatus|null);

            /** RuntimeManagerResponse context */
            context?: (number|null);

            /** RuntimeManagerResponse result */
            result?: (transport_protocol.Result.$Properties|null);

            /** RuntimeManagerResponse pi_hash */
            pi_hash?: (transport_protocol.PiHash.$Properties|null);

            /** RuntimeManagerResponse error */
            error?: (transport_protocol.ErrorCode.$Properties|null);

            /** RuntimeManagerResponse state */
            state?: (transport_protocol.State.$Properties|null);

            /** RuntimeManagerResponse policy_hash */
            policy_hash?: (transport_protocol.PolicyHash.$Properties|null);

            /** RuntimeManagerResponse cert */
            cert?: (transport_protocol.Cert.$Properties|null);

            /** RuntimeManagerResponse attestation */
            attestation?: (transport_protocol.Attestation.$Properties|null);

            /** RuntimeManagerResponse range */
            range?: (transport_protocol.Range.$Properties|null);

            /** RuntimeManagerResponse listing */
            listing?: (transport_protocol.Listing.$Properties|null);

            /** RuntimeManagerResponse file_stat */
            file_stat?: (transport_protocol.FileStat.$Properties|null);

            /** RuntimeManagerResponse live */
            live?: (transport_protocol.Live.$Properties|null);

            /** RuntimeManagerResponse receipt */
            receipt?: (transport_protocol.Receipt.$Properties|null);

            /** RuntimeManagerResponse message_oneof */
            message_oneof?: ("result"|"pi_hash"|"error"|"state"|"policy_hash"|"cert"|"attestation"|"range"|"listing"|"file_stat"|"live"|"receipt");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a RuntimeManagerResponse. */
        type $Shape = {
          status?: transport_protocol.ResponseStatus|null;
          context?: number|null;
          result?: transport_protocol.Result.$Shape|null;
          pi_hash?: transport_protocol.PiHash.$Shape|null;
          error?: transport_protocol.ErrorCode.$Shape|null;
          state?: transport_protocol.State.$Shape|null;
          policy_hash?: transport_protocol.PolicyHash.$Shape|null;
          cert?: transport_protocol.Cert.$Shape|null;
          attestation?: transport_protocol.Attestation.$Shape|null;
          range?: transport_protocol.Range.$Shape|null;
          listing?: transport_protocol.Listing.$Shape|null;
          file_stat?: transport_protocol.FileStat.$Shape|null;
          live?: transport_protocol.Live.$Shape|null;
          receipt?: transport_protocol.Receipt.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ message_oneof?: undefined; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "result"; result: transport_protocol.Result.$Shape; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "pi_hash"; result?: null; pi_hash: transport_protocol.PiHash.$Shape; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "error"; result?: null; pi_hash?: null; error: transport_protocol.ErrorCode.$Shape; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "state"; result?: null; pi_hash?: null; error?: null; state: transport_protocol.State.$Shape; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "policy_hash"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash: transport_protocol.PolicyHash.$Shape; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "cert"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert: transport_protocol.Cert.$Shape; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "attestation"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation: transport_protocol.Attestation.$Shape; range?: null; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "range"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range: transport_protocol.Range.$Shape; listing?: null; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "listing"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing: transport_protocol.Listing.$Shape; file_stat?: null; live?: null; receipt?: null }|{ message_oneof?: "file_stat"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat: transport_protocol.FileStat.$Shape; live?: null; receipt?: null }|{ message_oneof?: "live"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live: transport_protocol.Live.$Shape; receipt?: null }|{ message_oneof?: "receipt"; result?: null; pi_hash?: null; error?: null; state?: null; policy_hash?: null; cert?: null; attestation?: null; range?: null; listing?: null; file_stat?: null; live?: null; receipt: transport_protocol.Receipt.$Shape })
        );
    }

    /**
     * Properties of a ProxyAttestationServerRequest.
     * @deprecated Use transport_protocol.ProxyAttestationServerRequest.$Properties instead.
     */
    interface IProxyAttestationServerRequest extends transport_protocol.ProxyAttestationServerRequest.$Properties {
    }

    /** Represents a ProxyAttestationServerRequest. */
    class ProxyAttestationServerRequest {

        /**
         * Constructs a new ProxyAttestationServerRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.ProxyAttestationServerRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ProxyAttestationServerRequest context. */
        context: number;

        /** ProxyAttestationServerRequest start_msg. */
        start_msg?: (transport_protocol.StartMsg.$Properties|null);

        /** ProxyAttestationServerRequest native_psa_attestation_token. */
        native_psa_attestation_token?: (transport_protocol.NativePsaAttestationToken.$Properties|null);

        /** ProxyAttestationServerRequest proxy_psa_attestation_token. */
        proxy_psa_attestation_token?: (transport_protocol.ProxyPsaAttestationToken.$Properties|null);

        /** ProxyAttestationServerRequest nitro_attestation_doc. */
        nitro_attestation_doc?: (transport_protocol.NitroAttestationDoc.$Properties|null);

        /** ProxyAttestationServerRequest message_oneof. */
        message_oneof?: ("start_msg"|"native_psa_attestation_token"|"proxy_psa_attestation_token"|"nitro_attestation_doc");

        /**
         * Creates a new ProxyAttestationServerRequest instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ProxyAttestationServerRequest instance
         */
        static create(properties: transport_protocol.ProxyAttestationServerRequest.$Shape): transport_protocol.ProxyAttestationServerRequest & transport_protocol.ProxyAttestationServerRequest.$Shape;
        static create(properties?: transport_protocol.ProxyAttestationServerRequest.$Properties): transport_protocol.ProxyAttestationServerRequest;

        /**
         * Encodes the specified ProxyAttestationServerRequest message. Does not implicitly {@link transport_protocol.ProxyAttestationServerRequest.verify|verify} messages.
         * @param message ProxyAttestationServerRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.ProxyAttestationServerRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ProxyAttestationServerRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.ProxyAttestationServerRequest & transport_protocol.ProxyAttestationServerRequest.$Shape} ProxyAttestationServerRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.ProxyAttestationServerRequest & transport_protocol.ProxyAttestationServerRequest.$Shape;

        /**
         * Creates a ProxyAttestationServerRequest message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns ProxyAttestationServerRequest
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.ProxyAttestationServerRequest;

        /**
         * Creates a plain object from a ProxyAttestationServerRequest message. Also converts values to other types if specified.
         * @param message ProxyAttestationServerRequest
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.ProxyAttestationServerRequest, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this ProxyAttestationServerRequest to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for ProxyAttestationServerRequest
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ProxyAttestationServerRequest {

        /** Properties of a ProxyAttestationServerRequest. */
        interface $Properties {

            /** ProxyAttestationServerRequest context */
            context?: (number|null);

            /** ProxyAttestationServerRequest start_msg */
            start_msg?: (transport_protocol.StartMsg.$Properties|null);

            /** ProxyAttestationServerRequest native_psa_attestation_token */
            native_psa_attestation_token?: (transport_protocol.NativePsaAttestationToken.$Properties|null);

            /** ProxyAttestationServerRequest proxy_psa_attestation_token */
            proxy_psa_attestation_token?: (transport_protocol.ProxyPsaAttestationToken.$Properties|null);

            /** ProxyAttestationServerRequest nitro_attestation_doc */
            nitro_attestation_doc?: (transport_protocol.NitroAttestationDoc.$Properties|null);

            /** ProxyAttestationServerRequest message_oneof */
            message_oneof?: ("start_msg"|"native_psa_attestation_token"|"proxy_psa_attestation_token"|"nitro_attestation_doc");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a ProxyAttestationServerRequest. */
        type $Shape = {
          context?: number|null;
          start_msg?: transport_protocol.StartMsg.$Shape|null;
          native_psa_attestation_token?: transport_protocol.NativePsaAttestationToken.$Shape|null;
          proxy_psa_attestation_token?: transport_protocol.ProxyPsaAttestationToken.$Shape|null;
          nitro_attestation_doc?: transport_protocol.NitroAttestationDoc.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ message_oneof?: undefined; start_msg?: null; native_psa_attestation_token?: null; proxy_psa_attestation_token?: null; nitro_attestation_doc?: null }|{ message_oneof?: "start_msg"; start_msg: transport_protocol.StartMsg.$Shape; native_psa_attestation_token?: null; proxy_psa_attestation_token?: null; nitro_attestation_doc?: null }|{ message_oneof?: "native_psa_attestation_token"; start_msg?: null; native_psa_attestation_token: transport_protocol.NativePsaAttestationToken.$Shape; proxy_psa_attestation_token?: null; nitro_attestation_doc?: null }|{ message_oneof?: "proxy_psa_attestation_token"; start_msg?: null; native_psa_attestation_token?: null; proxy_psa_attestation_token: transport_protocol.ProxyPsaAttestationToken.$Shape; nitro_attestation_doc?: null }|{ message_oneof?: "nitro_attestation_doc"; start_msg?: null; native_psa_attestation_token?: null; proxy_psa_attestation_token?: null; nitro_attestation_doc: transport_protocol.NitroAttestationDoc.$Shape })
        );
    }

    /**
     * Properties of a ProxyAttestationServerResponse.
     * @deprecated Use transport_protocol.ProxyAttestationServerResponse.$Properties instead.
     */
    interface IProxyAttestationServerResponse extends transport_protocol.ProxyAttestationServerResponse.$Properties {
    }

    /** Represents a ProxyAttestationServerResponse. */
    class ProxyAttestationServerResponse {

        /**
         * Constructs a new ProxyAttestationServerResponse.
         * @param [properties] Properties to set
         */
        constructor(properties?: transport_protocol.ProxyAttestationServerResponse.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ProxyAttestationServerResponse context. */
        context: number;

        /** ProxyAttestationServerResponse psa_attestation_init. */
        psa_attestation_init?: (transport_protocol.PsaAttestationInit.$Properties|null);

        /** ProxyAttestationServerResponse cert_chain. */
        cert_chain?: (transport_protocol.CertChain.$Properties|null);

        /** ProxyAttestationServerResponse message_oneof. */
        message_oneof?: ("psa_attestation_init"|"cert_chain");

        /**
         * Creates a new ProxyAttestationServerResponse instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ProxyAttestationServerResponse instance
         */
        static create(properties: transport_protocol.ProxyAttestationServerResponse.$Shape): transport_protocol.ProxyAttestationServerResponse & transport_protocol.ProxyAttestationServerResponse.$Shape;
        static create(properties?: transport_protocol.ProxyAttestationServerResponse.$Properties): transport_protocol.ProxyAttestationServerResponse;

        /**
         * Encodes the specified ProxyAttestationServerResponse message. Does not implicitly {@link transport_protocol.ProxyAttestationServerResponse.verify|verify} messages.
         * @param message ProxyAttestationServerResponse message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: transport_protocol.ProxyAttestationServerResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ProxyAttestationServerResponse message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {transport_protocol.ProxyAttestationServerResponse & transport_protocol.ProxyAttestationServerResponse.$Shape} ProxyAttestationServerResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): transport_protocol.ProxyAttestationServerResponse & transport_protocol.ProxyAttestationServerResponse.$Shape;

        /**
         * Creates a ProxyAttestationServerResponse message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns ProxyAttestationServerResponse
         */
        static fromObject(object: { [k: string]: any }): transport_protocol.ProxyAttestationServerResponse;

        /**
         * Creates a plain object from a ProxyAttestationServerResponse message. Also converts values to other types if specified.
         * @param message ProxyAttestationServerResponse
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: transport_protocol.ProxyAttestationServerResponse, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this ProxyAttestationServerResponse to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };

        /**
         * Gets the type url for ProxyAttestationServerResponse
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ProxyAttestationServerResponse {

        /** Properties of a ProxyAttestationServerResponse. */
        interface $Properties {

            /** ProxyAttestationServerResponse context */
            context?: (number|null);

            /** ProxyAttestationServerResponse psa_attestation_init */
            psa_attestation_init?: (transport_protocol.PsaAttestationInit.$Properties|null);

            /** ProxyAttestationServerResponse cert_chain */
            cert_chain?: (transport_protocol.CertChain.$Properties|null);

            /** ProxyAttestationServerResponse message_oneof */
            message_oneof?: ("psa_attestation_init"|"cert_chain");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a ProxyAttestationServerResponse. */
        type $Shape = {
          context?: number|null;
          psa_attestation_init?: transport_protocol.PsaAttestationInit.$Shape|null;
          cert_chain?: transport_protocol.CertChain.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ message_oneof?: undefined; psa_attestation_init?: null; cert_chain?: null }|{ message_oneof?: "psa_attestation_init"; psa_attestation_init: transport_protocol.PsaAttestationInit.$Shape; cert_chain?: null }|{ message_oneof?: "cert_chain"; psa_attestation_init?: null; cert_chain: transport_protocol.CertChain.$Shape })
        );
    }
}
