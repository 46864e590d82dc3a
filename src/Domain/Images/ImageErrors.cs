using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Images;

public sealed record ImageNotFound()
    : Error(ErrorKind.NotFound, "image.missing", "This image does not exist, or it belongs to another team.");

public sealed record InvalidImageName()
    : Error(ErrorKind.Invalid, "image.name", $"A file name has 1 to {InspectionImage.NameMaxLength} characters. Rename the file and upload it again.");

public sealed record InvalidDefectType()
    : Error(ErrorKind.Invalid, "image.defect", $"A defect type has at most {InspectionImage.DefectTypeMaxLength} characters. Shorten it.");

public sealed record SupportShotMustBeNormal(string Name)
    : Error(ErrorKind.Conflict, "image.support.defective", $"“{Name}” is a support shot, and support shots show normal parts only. Move it to the test set first.");

public sealed record DuplicateImage(string Name, string Existing, ImageSplit Split)
    : Error(ErrorKind.Conflict, "image.duplicate",
        $"“{Name}” has the same content as “{Existing}”, which is in this project already ({Split}). Nothing was added.");

public sealed record MaskWithoutImage(string Name, string Wanted)
    : Error(ErrorKind.Conflict, "mask.orphan", $"“{Name}” is a mask, but the project has no image “{Wanted}”. Upload the image first, then the mask.");

public sealed record MaskSizeMismatch(string Name, int Width, int Height, int ImageWidth, int ImageHeight)
    : Error(ErrorKind.Invalid, "mask.size",
        $"Mask “{Name}” is {Width}×{Height}, its image {ImageWidth}×{ImageHeight}. Export the mask at the size of its image.");

public sealed record ImageInUse(string Name, int Run)
    : Error(ErrorKind.Conflict, "image.used", $"Run {Run}, which has not ended, works with “{Name}”. Wait for it or cancel it, then try again.");

public sealed record ImageChanged()
    : Error(ErrorKind.Stale, "image.changed", "The image is not as you saw it any more. Read it again, then decide again.");
