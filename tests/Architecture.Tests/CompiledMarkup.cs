using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FewShotAD.Architecture.Tests;

/// <summary>What compiled components say by themselves: text between elements, and attributes and parameters that are read out or shown.</summary>
internal static partial class CompiledMarkup
{
    private const string Builder = "Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder";

    private static readonly HashSet<string> Shown = new(StringComparer.Ordinal)
    {
        "title", "alt", "placeholder", "label", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "Title", "Text", "Label", "Message", "Placeholder",
        "HelperText", "AriaLabel", "Details", "ErrorText", "Headline", "Word", "Note", "Hint", "AdornmentText",
    };

    public static IEnumerable<(string Component, string Text)> Texts(Assembly assembly)
    {
        using var module = ModuleDefinition.ReadModule(assembly.Location);
        return [.. module.Types.Where(IsComponent).SelectMany(type => Methods(type).SelectMany(Said).Select(text => (type.Name, text)))];
    }

    private static bool IsComponent(TypeDefinition type)
    {
        for (var known = type; known?.BaseType is { } parent; known = parent.Resolve())
        {
            if (parent.FullName == "Microsoft.AspNetCore.Components.ComponentBase")
                return true;
        }

        return false;
    }

    /// <summary>Fragments, lambdas and asynchronous methods are compiled into types of their own inside the component.</summary>
    private static IEnumerable<MethodDefinition> Methods(TypeDefinition type) =>
        type.Methods.Where(method => method.HasBody).Concat(type.NestedTypes.SelectMany(Methods));

    private static IEnumerable<string> Said(MethodDefinition method)
    {
        foreach (var instruction in method.Body.Instructions)
        {
            if (instruction.OpCode != OpCodes.Ldstr)
                continue;
            var text = (string)instruction.Operand;
            var call = Next(instruction);
            var isMarkup = Calls(call, "AddMarkupContent");
            if (isMarkup || Calls(call, "AddContent"))
            {
                foreach (var said in isMarkup ? InMarkup(text) : [text])
                    yield return said;
            }
            else if (Calls(call, "AddAttribute", "AddComponentParameter") && instruction.Previous is { } named && Name(named) is { } name && Shown.Contains(name))
            {
                yield return text;
            }
            else if (Sentence().IsMatch(text) && !IsLogged(instruction))
            {
                yield return text;
            }
        }
    }

    /// <summary>The call that takes a text: a parameter's type is checked in between.</summary>
    private static Instruction? Next(Instruction instruction)
    {
        var next = instruction.Next;
        while (next is not null && (next.OpCode == OpCodes.Nop || (next.Operand is MethodReference check && check.Name is "TypeCheck" or "op_Implicit")))
            next = next.Next;
        return next;
    }

    private static bool Calls(Instruction? instruction, params string[] names) =>
        instruction?.Operand is MethodReference called && called.DeclaringType.FullName == Builder && names.Contains(called.Name);

    private static string? Name(Instruction instruction) => instruction.OpCode == OpCodes.Ldstr ? (string)instruction.Operand : null;

    /// <summary>What goes into the log, or out of a program that is wrong, is not for the reader of a page.</summary>
    private static bool IsLogged(Instruction instruction)
    {
        for (var (next, steps) = (instruction.Next, 0); next is not null && steps < 12; (next, steps) = (next.Next, steps + 1))
        {
            if (next.Operand is MethodReference called && (called.DeclaringType.Name.Contains("Log", StringComparison.Ordinal) || called.DeclaringType.Name.EndsWith("Exception", StringComparison.Ordinal)))
                return true;
        }

        return false;
    }

    private static IEnumerable<string> InMarkup(string html) =>
        Tag().Split(html).Concat(Attribute().Matches(html).Where(match => Shown.Contains(match.Groups["name"].Value)).Select(match => match.Groups["value"].Value))
            .Select(WebUtility.HtmlDecode).Select(text => text!.Trim()).Where(text => text.Length > 0);

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    [GeneratedRegex("(?<name>[\\w-]+)=\"(?<value>[^\"]*)\"")]
    private static partial Regex Attribute();

    /// <summary>Several words, the first with a capital: how a sentence begins, and hardly anything else.</summary>
    [GeneratedRegex(@"^[“(]?\p{Lu}\p{Ll}+,? (?:\p{Ll}+|\{)")]
    private static partial Regex Sentence();
}
