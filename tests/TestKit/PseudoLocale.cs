using System.Collections;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Resources;
using System.Text.RegularExpressions;

namespace FewShotAD.TestKit;

/// <summary>
/// A translation of all texts into a language in which no letter is plain. What can be read on a page in it did not come from the
/// resources. It is installed as any translation is: as a satellite beside the program.
/// </summary>
public static partial class PseudoLocale
{
    public const string Name = "qps-Ploc";

    private const string Plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Accented = "áƀçđéƒĝĥíĵķļɱñöþʠŕšţúṽŵẋýžÅƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ";

    public static string Of(string text)
    {
        var at = 0;
        var said = new System.Text.StringBuilder();
        foreach (Match hole in Placeholder().Matches(text))
        {
            said.Append(Accent(text[at..hole.Index])).Append(hole.Value);
            at = hole.Index + hole.Length;
        }

        return said.Append(Accent(text[at..])).ToString();
    }

    /// <summary>Puts the translation beside a program that has texts; returns its folder.</summary>
    public static string Install(Assembly program, string folder)
    {
        var metadata = new MetadataBuilder();
        var resources = new BlobBuilder();
        var name = program.GetName();
        metadata.AddModule(0, metadata.GetOrAddString($"{name.Name}.resources.dll"), metadata.GetOrAddGuid(Guid.NewGuid()), default, default);
        metadata.AddAssembly(metadata.GetOrAddString($"{name.Name}.resources"), name.Version!, metadata.GetOrAddString(Name), default, default, AssemblyHashAlgorithm.None);
        metadata.AddTypeDefinition(default, default, metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        foreach (var neutral in program.GetManifestResourceNames().Where(resource => resource.EndsWith("Texts.resources", StringComparison.Ordinal)))
        {
            metadata.AddManifestResource(
                ManifestResourceAttributes.Public, metadata.GetOrAddString(neutral.Replace(".resources", $".{Name}.resources", StringComparison.Ordinal)), default, (uint)resources.Count);
            var translated = Translate(program.GetManifestResourceStream(neutral)!);
            resources.WriteInt32(translated.Length);
            resources.WriteBytes(translated);
            resources.Align(8);
        }

        var image = new BlobBuilder();
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(metadata), new BlobBuilder(), managedResources: resources).Serialize(image);
        var directory = Directory.CreateDirectory(Path.Combine(folder, Name)).FullName;
        // Whole or not at all: another program may look at this moment.
        var part = Path.Combine(directory, $"{Guid.NewGuid():N}.part");
        File.WriteAllBytes(part, image.ToArray());
        File.Move(part, Path.Combine(directory, $"{name.Name}.resources.dll"), overwrite: true);
        return directory;
    }

    private static byte[] Translate(Stream neutral)
    {
        using var reader = new ResourceReader(neutral);
        using var bytes = new MemoryStream();
        using (var writer = new ResourceWriter(bytes))
        {
            foreach (DictionaryEntry text in reader)
                writer.AddResource((string)text.Key, Of((string)text.Value!));
        }

        return bytes.ToArray();
    }

    private static string Accent(string text) =>
        string.Concat(text.Select(letter => Plain.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var at ? Accented[at] : letter));

    [GeneratedRegex(@"\{(\d+(:[^{}]+)?|part)\}")]
    private static partial Regex Placeholder();
}
