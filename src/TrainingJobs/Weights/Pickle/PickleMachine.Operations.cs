namespace FewShotAD.TrainingJobs.Weights.Pickle;

/// <summary>What each byte of a pickle does.</summary>
internal sealed partial class PickleMachine
{
    private enum Opcode : byte
    {
        Mark = (byte)'(', Stop = (byte)'.', None = (byte)'N', Global = (byte)'c', StackGlobal = 0x93, Reduce = (byte)'R', Build = (byte)'b',
        PersistentId = (byte)'Q', Protocol = 0x80, Frame = 0x95, True = 0x88, False = 0x89,
        Int32 = (byte)'J', Byte = (byte)'K', UInt16 = (byte)'M', ShortNumber = 0x8a, Number = 0x8b, Double = (byte)'G',
        Text = (byte)'X', ShortText = 0x8c, LongText = 0x8d, OldText = (byte)'T', OldShortText = (byte)'U', Bytes = (byte)'B', ShortBytes = (byte)'C',
        EmptyTuple = (byte)')', Tuple = (byte)'t', Tuple1 = 0x85, Tuple2 = 0x86, Tuple3 = 0x87,
        EmptyList = (byte)']', List = (byte)'l', Append = (byte)'a', Appends = (byte)'e',
        EmptyDictionary = (byte)'}', Dictionary = (byte)'d', SetItem = (byte)'s', SetItems = (byte)'u',
        Put = (byte)'q', LongPut = (byte)'r', Memoize = 0x94, Get = (byte)'h', LongGet = (byte)'j',
    }

    /// <returns>False at the end of the pickle.</returns>
    private bool Step(Opcode opcode)
    {
        switch (opcode)
        {
            case Opcode.Stop:
                return false;
            case Opcode.Protocol:
                CheckProtocol(input.Byte());
                break;
            case Opcode.Frame: // a hint of lengths for buffering
                input.Int64();
                break;
            case Opcode.Mark:
                Mark();
                break;
            case Opcode.Put:
                Remember(input.Byte());
                break;
            case Opcode.LongPut:
                Remember(input.Int32());
                break;
            case Opcode.Memoize:
                Remember(memo.Count);
                break;
            case Opcode.ShortNumber:
                PushNumber(input.Byte());
                break;
            case Opcode.Number:
                PushNumber(input.Int32());
                break;
            case Opcode.Build:
                Build();
                break;
            case Opcode.Append:
                Extend(Pop(1));
                break;
            case Opcode.Appends:
                Extend(PopToMark());
                break;
            case Opcode.SetItem:
                Fill(Pop(2));
                break;
            case Opcode.SetItems:
                Fill(PopToMark());
                break;
            default:
                Push(Value(opcode));
                break;
        }

        return true;
    }

    private object? Value(Opcode opcode) => opcode switch
    {
        Opcode.None => null,
        Opcode.True => true,
        Opcode.False => false,
        Opcode.Byte => (long)input.Byte(),
        Opcode.UInt16 => (long)input.UInt16(),
        Opcode.Int32 => (long)input.Int32(),
        Opcode.Double => input.Double(),
        Opcode.ShortText or Opcode.OldShortText => input.Text(input.Byte()),
        Opcode.Text or Opcode.OldText => input.Text(input.Int32()),
        Opcode.LongText => input.Text(input.Int64()),
        Opcode.ShortBytes => input.Bytes(input.Byte()),
        Opcode.Bytes => input.Bytes(input.Int32()),
        Opcode.EmptyTuple => Array.Empty<object?>(),
        Opcode.Tuple => PopToMark(),
        Opcode.Tuple1 => Pop(1),
        Opcode.Tuple2 => Pop(2),
        Opcode.Tuple3 => Pop(3),
        Opcode.EmptyList => new PickleList(),
        Opcode.List => Extend(new PickleList(), PopToMark()),
        Opcode.EmptyDictionary => new PickleDictionary(),
        Opcode.Dictionary => Fill(new PickleDictionary(), PopToMark()),
        Opcode.Get => Recall(input.Byte()),
        Opcode.LongGet => Recall(input.Int32()),
        Opcode.Global => PickleGlobals.Find(input.Line(), input.Line()),
        Opcode.StackGlobal => Pop(2) is [string module, string name]
            ? PickleGlobals.Find(module, name)
            : throw new InvalidDataException("it names something without a name"),
        Opcode.Reduce => Call(),
        Opcode.PersistentId => Storage(),
        _ => throw new InvalidDataException($"it uses the operation 0x{(byte)opcode:x2}, which PyTorch does not write for weights"),
    };

    private static void CheckProtocol(byte protocol)
    {
        if (protocol > MaxProtocol)
            throw new InvalidDataException($"it is written in pickle protocol {protocol}; 2 to {MaxProtocol} are known");
    }

    private object Call()
    {
        var arguments = Pop<object?[]>();
        var callee = Pop<PickleGlobal>();
        return callee is PickleFunction function
            ? function.Call(arguments)
            : throw new InvalidDataException($"it wants to call {callee.Name}, which is no function");
    }

    private StorageReference Storage()
    {
        var storage = PickleGlobals.Storage(Pop());
        storageSeen?.Invoke(storage);
        return storage;
    }

    /// <summary>PyTorch attaches version numbers of modules to the ordered dictionary; they say nothing about the weights.</summary>
    private void Build()
    {
        Pop<PickleDictionary>();
        Peek<PickleDictionary>();
    }

    private void Extend(object?[] items) => Extend(Peek<PickleList>(), items);

    private static PickleList Extend(PickleList list, object?[] items)
    {
        list.Items.AddRange(items);
        return list;
    }

    private void Fill(object?[] items) => Fill(Peek<PickleDictionary>(), items);

    private static PickleDictionary Fill(PickleDictionary dictionary, object?[] items)
    {
        if (items.Length % 2 != 0)
            throw new InvalidDataException("a dictionary has a key without a value");
        for (var i = 0; i < items.Length; i += 2)
            dictionary.Set(items[i], items[i + 1]);
        return dictionary;
    }
}
